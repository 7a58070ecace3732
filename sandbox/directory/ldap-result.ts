/** Result codes of LDAP that the directory answers with (RFC 4511, 4.1.9). */
export const ResultCode = {
  Success: 0,
  OperationsError: 1,
  ProtocolError: 2,
  SizeLimitExceeded: 4,
  AuthMethodNotSupported: 7,
  StrongerAuthRequired: 8,
  NoSuchAttribute: 16,
  ConstraintViolation: 19,
  TypeOrValueExists: 20,
  InvalidAttributeSyntax: 21,
  NoSuchObject: 32,
  InvalidDnSyntax: 34,
  InvalidCredentials: 49,
  InsufficientAccessRights: 50,
  Busy: 51,
  UnwillingToPerform: 53,
  NamingViolation: 64,
  ObjectClassViolation: 65,
  NotAllowedOnNonLeaf: 66,
  NotAllowedOnRdn: 67,
  EntryAlreadyExists: 68,
  Other: 80,
} as const;
export type ResultCode = (typeof ResultCode)[keyof typeof ResultCode];

/**
 * An operation that the directory refuses. The text begins with Active Directory's own eight-digit code, by which
 * clients tell refusals of one result code apart (spec active-directory 10). Nothing was changed.
 */
export class LdapRefusal extends Error {
  override readonly name = 'LdapRefusal' as const;

  constructor(
    readonly code: ResultCode,
    readonly subCode: string,
    message: string,
  ) {
    super(`${subCode}: ${message}`);
  }
}

/** A refusal about one attribute, named as Windows names it. */
export const attributeRefusal = (code: ResultCode, subCode: string, attribute: string, problem: string): LdapRefusal =>
  new LdapRefusal(code, subCode, `AtrErr: #1: 0: ${subCode}: ${problem}, data 0, Att (${attribute})`);

/** An account or its password that does not let somebody sign in; `data` says why (spec active-directory 10). */
export const logonRefusal = (data: string): LdapRefusal =>
  new LdapRefusal(
    ResultCode.InvalidCredentials,
    '80090308',
    `LdapErr: comment: AcceptSecurityContext error, data ${data}, v0`,
  );
