import type { Request } from 'express';

import { attributeOf, operationsOf } from '../scim/patch.js';

type Body = Readonly<Record<string, unknown>>;

const USER_TYPES: readonly unknown[] = ['Contractor', 'Employee', 'External', 'Generic', 'Intern', 'Service', 'Temp'];

/** What is wrong with the body of a request that writes, or null. */
export function writeFault({ method, path, body }: Request): string | null {
  const isPatch = method === 'PATCH';
  if (path.startsWith('/Users')) {
    if (isPatch) return attributesFault(changed(body));
    return method === 'POST' || method === 'PUT' ? (missing(body as Body) ?? attributesFault(body as Body)) : null;
  }
  return isPatch && path.startsWith('/Groups') ? memberFault(body) : null;
}

/** Values that a PATCH writes to whole attributes. */
const changed = (body: unknown): Body =>
  Object.fromEntries(operationsOf(body).flatMap(({ op, path, value }) => (op === 'remove' ? [] : [[path, value]])));

function missing(user: Body): string | null {
  const { familyName } = (user['name'] ?? {}) as Body;
  if (typeof user['userName'] !== 'string') return 'Missing required attribute: userName.';
  if (typeof familyName !== 'string') return 'Missing required attribute: name.familyName.';
  const emails = (user['emails'] ?? []) as readonly Body[];
  return emails.filter(({ primary }) => primary === true).length === 1 ? null : 'One primary e-mail is required.';
}

function attributesFault(user: Body): string | null {
  const { active, userType } = user;
  if (active !== undefined && typeof active !== 'boolean') return 'active is no boolean.';
  if (userType !== undefined && !USER_TYPES.includes(userType)) return 'userType is not one of its canonical values.';
  const addresses = (user['addresses'] ?? []) as readonly Body[];
  const countries = addresses.map(({ country }) => country).filter((country) => country !== undefined);
  const isCode = (country: unknown): boolean => typeof country === 'string' && /^[A-Z]{2}$/.test(country);
  if (!countries.every(isCode)) return 'country is no ISO 3166 code.';
  return Object.values(user).some(holdsNull) ? 'An attribute has no value.' : null;
}

const holdsNull = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.values(value).some(holdsNull));

function memberFault(body: unknown): string | null {
  const added = operationsOf(body).flatMap(({ op, path, value }) =>
    op === 'add' && attributeOf(path) === 'members' && Array.isArray(value) ? (value as readonly Body[]) : [],
  );
  return added.every(({ type }) => type === 'User') ? null : 'Missing required attribute: type.';
}
