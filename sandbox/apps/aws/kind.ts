import type { Request, Response } from 'express';

import type { AppState } from '../app-state.js';
import { scimKind } from '../scim/kind.js';
import { refuse } from '../scim/refusal.js';
import { answerNothing } from '../scim/rewrite.js';
import type { ScimHabit } from '../scim/service.js';
import { groupFault } from './group-rules.js';
import { queryFault } from './query-rules.js';
import { userFault } from './user-rules.js';

/** The part of the address that stands for one customer. */
export const AWS_TENANT = 'f3a1b2c4d5-6e7f-4a8b-9c0d-1e2f3a4b5c6d';

const habit: ScimHabit = (state, request, response, next) => {
  const fault = faultIn(state, request);
  if (fault !== null) return refuse(response, fault.status, fault.text, fault.word);
  if (isGroupChange(request)) answerNothing(response);
  next();
};

/** AWS IAM Identity Center: one entry per list, no members in answers, few filters, 100 members at a time. */
export const AWS_KIND = scimKind({
  root: `/${AWS_TENANT}/scim/v2`,
  dialect: { emailFilter: false, listsMembers: false },
  refuse: refuseAsAws,
  habit,
});

interface Fault {
  readonly status: number;
  readonly text: string;
  readonly word?: string;
}

const isGroupChange = ({ method, path }: Request): boolean => method === 'PATCH' && path.startsWith('/Groups');

function faultIn(state: AppState, request: Request): Fault | null {
  if ((request.headers['user-agent'] ?? '') === '') return { status: 403, text: 'The request has no User-Agent.' };
  const text = queryFault(request) ?? userFault(state, request) ?? groupFault(request);
  return text === null ? null : { status: 400, text: `ValidationException: ${text}`, word: 'invalidValue' };
}

/** With the name of an exception, as the service words its refusals. */
function refuseAsAws(response: Response, status: number, text: string, code?: string): void {
  const exception = EXCEPTIONS[status];
  refuse(response, status, exception === undefined ? text : `${exception}: ${text}`, code);
}

const EXCEPTIONS: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'UnauthorizedException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  409: 'ConflictException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
};
