import type { Response } from 'express';

import { refuse as refuseScim } from '../scim/refusal.js';

/** Slack's words for what its gate refuses, by status. */
const WORDS: Readonly<Record<number, string>> = {
  401: 'invalid_authentication',
  404: 'bad_endpoint',
  429: 'too_many_requests',
};

/** Sends an error as Slack does: a word as `detail`, or as `Errors.description` where the token is concerned. */
export function refuse(response: Response, status: number, text: string): void {
  const words = WORDS[status] ?? text;
  if (status === 401) response.status(401).json({ Errors: { code: 401, description: words } });
  else refuseScim(response, status, words);
}

/** Gives what plain SCIM would refuse Slack's words and numbers as statuses. */
export function refuseInSlackWords(response: Response, path: string): void {
  const send = response.send.bind(response);
  response.send = (body: unknown) => {
    response.send = send;
    const { statusCode: status } = response;
    if (status < 400) return send(body);
    const { detail = '' } = (typeof body === 'string' ? JSON.parse(body) : body) as { readonly detail?: string };
    response.type('application/scim+json');
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
    return send(JSON.stringify({ schemas, detail: wordsFor(status, path, detail), status }));
  };
}

function wordsFor(status: number, path: string, detail: string): string {
  const isGroup = path.startsWith('/Groups');
  if (status === 404 && /member/.test(detail)) return 'no_such_group_members';
  if (status === 404) return isGroup ? 'no_such_group' : 'no_such_user';
  return status === 409 ? (isGroup ? 'group_creation_failed' : 'username_taken') : detail;
}
