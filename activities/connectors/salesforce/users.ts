import { z } from 'zod';

import { parseAnswer } from '../answers.js';
import { flatChanges, flatText } from '../flat.js';
import { pathPart } from '../http.js';
import { foundAccount } from '../lookup.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { licenceNamed } from './licence.js';
import { literal, query, REMEDY } from './soql.js';
import type { HttpClient } from '../http.js';
import type { AppAttributes, AppUser, KnownAccount, LookupKey } from '../types.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { SalesforceAttributes } from './attributes.js';

/** What calls about users work with. */
export interface SalesforceContext {
  readonly http: HttpClient;
  readonly instanceName: string;
  readonly attributes: SalesforceAttributes;
  readonly freezeWhenRefused: boolean;
}

const userSchema = z.looseObject({
  Id: z.string().min(1),
  Username: z.string().nullish(),
  Email: z.string().nullish(),
  IsActive: z.boolean(),
});
type SalesforceUser = z.infer<typeof userSchema>;

const createdSchema = z.looseObject({ id: z.string().min(1) });

/** Ids of users, 15 characters or 18 with the case folded into the last three. */
const USER_ID = /^005[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/;

/** Salesforce keeps both in lower case. */
const WITHOUT_CASE: ReadonlySet<string> = new Set(['Username', 'Email']);

const asAnswered = (attribute: string, text: string): string =>
  WITHOUT_CASE.has(attribute) ? text.toLowerCase() : text;

/** Keys of the account, best first: the known id, then what it had before a change, then what it has now. */
export async function lookupKeys(
  { attributes }: SalesforceContext,
  profile: UserProfile,
  known: KnownAccount | null,
  old?: UserProfile,
): Promise<readonly LookupKey[]> {
  const byId = known === null || known.id === '' ? [] : [{ attribute: 'Id', value: known.id }];
  const profiles = old === undefined ? [profile] : [old, profile];
  const keys = await Promise.all(profiles.map((one) => attributes.keysOf(one)));
  return [
    ...byId,
    ...keys.flatMap((values) => Object.entries(values).map(([attribute, value]) => ({ attribute, value }))),
  ];
}

/** The account with this key, complete; semantics as in `UserConnector`. */
export async function find(context: SalesforceContext, key: LookupKey): Promise<AppUser | null> {
  const { http, instanceName } = context;
  const { attribute, value } = key;
  if (attribute === 'Id') {
    const user = USER_ID.test(value) ? await read(context, value) : null;
    return foundAccount(instanceName, key, user === null ? [] : [user], ({ id }) => id.startsWith(value.slice(0, 15)));
  }
  const soql = `SELECT Id, Username, Email, IsActive, UserType FROM User WHERE ${attribute} = ${literal(value)}`;
  const hits = await query(http, soql, userSchema, { label: 'User', what: `${instanceName}: GET User` });
  const hit = foundAccount(instanceName, key, hits.map(userOf), ({ raw }) => holds(raw as SalesforceUser, key));
  return hit === null ? null : read(context, hit.id);
}

/** `null` when no account has this id. */
export async function read({ http, instanceName }: SalesforceContext, id: string): Promise<AppUser | null> {
  const answer = await http.request({ method: 'GET', path: pathOf(id), label: 'User', accept: [404] });
  if (answer.status === 404) return null;
  return userOf(parseAnswer(userSchema, answer.body, `${instanceName}: GET User`, REMEDY));
}

/** Makes a user and reads it back. Nothing is sent for a person whose account would lack a required field. */
export async function create(context: SalesforceContext, profile: UserProfile): Promise<AppUser> {
  const { http, instanceName, attributes } = context;
  const body = await attributes.forCreation(profile);
  const answer = await licenceNamed(context, body['ProfileId'], () =>
    http.request({ method: 'POST', path: 'sobjects/User', label: 'User', body }),
  );
  const { id } = parseAnswer(createdSchema, answer.body, `${instanceName}: POST User`, REMEDY);
  return (await read(context, id)) ?? userOf(userSchema.parse({ ...body, Id: id }));
}

/** Writes what differs and reads the account again, because the answer to a change is empty. */
export async function update(
  context: SalesforceContext,
  before: AppUser,
  profile: UserProfile,
  old?: UserProfile,
): Promise<AppUser> {
  const wanted = await context.attributes.forUpdate(profile, old);
  const body = flatChanges(wanted, before.raw as SalesforceUser, { asAnswered });
  if (Object.keys(body).length === 0) return before;
  await change(context, before, body);
  const after = await read(context, before.id);
  if (after === null) throw gone(context);
  return after;
}

/** Sends a change of one user, whose names Salesforce may repeat in a refusal. */
export async function change({ http }: SalesforceContext, user: AppUser, body: AppAttributes): Promise<void> {
  const { Name: name, LastName: surname } = user.raw as SalesforceUser;
  const sensitive = [user.username, user.email, name, surname].flatMap((text) => flatText(text) ?? []);
  await http.request({ method: 'PATCH', path: pathOf(user.id), label: 'User', body, sensitive });
}

const pathOf = (id: string): string => `sobjects/User/${pathPart(id)}`;

/** The error for an account that was there a moment ago. */
export const gone = ({ instanceName }: SalesforceContext): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.NotFound, `${instanceName}: the user is gone.`, { code: '404' });

function userOf(user: SalesforceUser): AppUser {
  return {
    id: user.Id,
    username: user.Username ?? null,
    email: user.Email ?? null,
    active: user.IsActive,
    raw: user,
  };
}

const holds = (user: SalesforceUser, { attribute, value }: LookupKey): boolean =>
  String(user[attribute]).toLowerCase() === value.toLowerCase();
