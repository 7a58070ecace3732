import { z } from 'zod';

import { ConnectorError, ConnectorErrorKind } from '../types.js';
import type { VendorFault } from '../http-errors.js';

const faultSchema = z.looseObject({
  errorCode: z.string().min(1),
  errorSummary: z.string().nullish(),
  errorCauses: z.array(z.looseObject({ errorSummary: z.string().nullish() })).nullish(),
});

/** Okta's own codes that mean more than the status they come with. */
const KINDS: Readonly<Record<string, ConnectorErrorKind>> = {
  E0000007: ConnectorErrorKind.NotFound,
  E0000011: ConnectorErrorKind.Unauthorized,
  E0000047: ConnectorErrorKind.RateLimited,
};

/** Codes that calls look at. */
export const OktaCode = {
  Validation: 'E0000001',
  AlreadyActive: 'E0000016',
  NotInThisStatus: 'E0000038',
} as const;

/** The cause by which a validation tells that a login belongs to another user. */
const TAKEN = /already exists in the current organization/i;

/** Reads Okta's error body: its code, and the summary with the numbered causes. */
export function oktaFault(_status: number, body: unknown): VendorFault {
  const parsed = faultSchema.safeParse(body);
  if (!parsed.success) return {};
  const { errorCode, errorSummary, errorCauses } = parsed.data;
  const causes = (errorCauses ?? []).flatMap(({ errorSummary: cause }) => (typeof cause === 'string' ? [cause] : []));
  const isTaken = errorCode === OktaCode.Validation && causes.some((cause) => TAKEN.test(cause));
  const kind = isTaken ? ConnectorErrorKind.Conflict : KINDS[errorCode];
  return {
    code: errorCode,
    text: textOf(errorSummary ?? 'no reason given', causes),
    ...(kind === undefined ? {} : { kind }),
  };
}

function textOf(summary: string, causes: readonly string[]): string {
  if (causes.length === 0) return summary;
  const numbered = causes.map((cause, index) => `${index + 1}. ${cause}`).join(' ');
  return `${summary.replace(/[.\s]+$/, '')}. Reason: ${numbered}`;
}

/** Whether Okta refused with this code. */
export const hasCode = (error: unknown, code: string): error is ConnectorError =>
  error instanceof ConnectorError && error.code === code;
