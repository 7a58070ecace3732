import type { StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';
import { fieldNamed, USER_FIELDS } from './fields.js';
import { isUsedUp, profileOf } from './organization.js';
import { SalesforceRefusal } from './refusal.js';

type Body = Readonly<Record<string, unknown>>;

/**
 * What the simulation keeps beside a user's fields, set by whoever adds the record: why it cannot be deactivated, that it
 * belongs to another organization and no search shows it, and what it may reach.
 */
export interface SalesforceExtras {
  readonly deactivationRefusal?: string;
  readonly isElsewhere?: boolean;
  readonly isFrozen?: boolean;
  readonly permissionSets?: readonly string[];
  readonly groups?: readonly string[];
}

const EMAIL_SHAPE = /\S+@\S+\.\S+/;

/** A user as the API shows it: every field, those without a value as null. */
export function shownUser(user: StoredRecord): Body {
  const name = [user['FirstName'], user['LastName']].filter((part) => typeof part === 'string').join(' ');
  const shown = { UserType: 'Standard', ...user, Id: user.id, Name: name } as Body;
  return Object.fromEntries(USER_FIELDS.map(({ name: field }) => [field, shown[field] ?? null]));
}

/** The users of this organization. */
export const ownUsers = (state: AppState): readonly StoredRecord[] =>
  state.users.all().filter(({ isElsewhere }) => isElsewhere !== true);

/** The user with this id. */
export function userWith(state: AppState, id: string): StoredRecord {
  const user = ownUsers(state).find((one) => one.id === id);
  if (user === undefined) throw new SalesforceRefusal(404, 'NOT_FOUND', 'The requested resource does not exist');
  return user;
}

/** Makes a user and gives its id. */
export function createUser(state: AppState, body: Body): string {
  const fields = checkedFields(body);
  const missing = USER_FIELDS.filter(({ name, isRequired }) => isRequired && isEmpty(fields[name]));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name);
    throw new SalesforceRefusal(
      400,
      'REQUIRED_FIELD_MISSING',
      `Required fields are missing: [${names.join(', ')}]`,
      names,
    );
  }
  checkValues(state, fields, null);
  checkLicence(fields);
  const user = state.users.put({ IsActive: true, ...fields });
  state.created(user.id);
  state.onChange();
  return user.id;
}

/** Changes a user; fields that are null lose their value. */
export function updateUser(state: AppState, id: string, body: Body): void {
  const before = userWith(state, id);
  const fields = checkedFields(body);
  const cleared = USER_FIELDS.find(({ name, isRequired }) => isRequired && name in fields && isEmpty(fields[name]));
  if (cleared !== undefined) {
    const { name } = cleared;
    throw new SalesforceRefusal(400, 'REQUIRED_FIELD_MISSING', `Required fields are missing: [${name}]`, [name]);
  }
  checkValues(state, fields, id);
  const after = { ...before, ...fields };
  checkStatus(before, after);
  state.users.put(after, id);
  state.onChange();
}

function checkStatus(before: StoredRecord & SalesforceExtras, after: Body): void {
  if (after['IsActive'] === true && before['IsActive'] !== true) checkLicence(after);
  if (after['IsActive'] !== false || before['IsActive'] !== true) return;
  const { deactivationRefusal: text } = before;
  if (text !== undefined) throw new SalesforceRefusal(400, 'FIELD_INTEGRITY_EXCEPTION', text, ['IsActive']);
}

/** The writable fields of a body in their own spelling. */
function checkedFields(body: Body): Record<string, unknown> {
  const pairs = Object.entries(body).map(([name, value]) => {
    const field = fieldNamed(name);
    if (field === undefined) {
      throw new SalesforceRefusal(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type User`);
    }
    if (!field.createable) {
      const text = `Unable to create/update fields: ${field.name}. Please check the security settings of this field.`;
      throw new SalesforceRefusal(400, 'INVALID_FIELD_FOR_INSERT_UPDATE', text, [field.name]);
    }
    checkShape(field, value);
    return [field.name, value];
  });
  return Object.fromEntries(pairs) as Record<string, unknown>;
}

function checkShape({ name, type, length }: (typeof USER_FIELDS)[number], value: unknown): void {
  if (value === null) return;
  if (typeof value !== (type === 'boolean' ? 'boolean' : 'string')) {
    throw new SalesforceRefusal(400, 'JSON_PARSER_ERROR', `Cannot deserialize ${name} from this JSON value`);
  }
  if (typeof value === 'string' && value.length > length) {
    throw new SalesforceRefusal(400, 'STRING_TOO_LONG', `${name}: data value too large (max length=${length})`, [name]);
  }
}

function checkValues(state: AppState, fields: Body, ownId: string | null): void {
  for (const name of ['Username', 'Email']) {
    const value = fields[name];
    if (typeof value === 'string' && !EMAIL_SHAPE.test(value)) {
      throw new SalesforceRefusal(400, 'INVALID_EMAIL_ADDRESS', `${name}: invalid email address: ${value}`, [name]);
    }
  }
  if (fields['ProfileId'] !== undefined && profileOf(fields['ProfileId']) === undefined) {
    throw new SalesforceRefusal(400, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', ['ProfileId']);
  }
  const username = textOf(fields['Username']).toLowerCase();
  const isTaken = state.users
    .all()
    .some((user) => user.id !== ownId && username !== '' && textOf(user['Username']).toLowerCase() === username);
  if (isTaken) {
    const text =
      'Duplicate Username.<br>The username already exists in this or another Salesforce organization. Usernames must be unique across all Salesforce organizations.';
    throw new SalesforceRefusal(400, 'DUPLICATE_USERNAME', text, ['Username']);
  }
}

function checkLicence(fields: Body): void {
  const profile = profileOf(fields['ProfileId']);
  if (profile !== undefined && isUsedUp(profile)) {
    throw new SalesforceRefusal(400, 'LICENSE_LIMIT_EXCEEDED', 'License Limit Exceeded');
  }
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
