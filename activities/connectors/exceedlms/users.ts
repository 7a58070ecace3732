import { flatChanges, flatText } from '../flat.js';
import { pathPart } from '../http.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { createdIdOf, mergedAccount } from './answers.js';
import { managerOf } from './manager.js';
import type { AppAttributes, AppUser } from '../types.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { ExceedLmsUser } from './answers.js';
import type { ExceedLmsContext } from './search.js';

/** The status has commands of its own; the id belongs to ExceedLMS. */
const NOT_UPDATED: ReadonlySet<string> = new Set(['id', 'is_active']);

/** Makes an active user. */
export async function create(context: ExceedLmsContext, profile: UserProfile): Promise<AppUser> {
  const attributes = await context.outgoing.map(profile, 'create');
  const manager = await managerOf(context, attributes, {});
  const body = { ...attributes, ...manager.attributes, is_active: true };
  const answer = await context.http.request({ method: 'POST', path: 'users.json', label: 'users', body });
  const id = createdIdOf(answer.body);
  // Whoever called looks the account up again after a passing fault.
  if (id === undefined) throw withoutUser(context);
  return withWarning(mergedAccount({ ...body, id }), manager.warning);
}

/** Writes what differs. The answer does not tell the account, so what was sent counts. */
export async function update(context: ExceedLmsContext, before: AppUser, profile: UserProfile): Promise<AppUser> {
  const current = before.raw as ExceedLmsUser;
  const attributes = await context.outgoing.map(profile, 'update');
  const manager = await managerOf(context, attributes, current);
  const body = flatChanges({ ...attributes, ...manager.attributes }, current, { except: NOT_UPDATED, asAnswered });
  const after = Object.keys(body).length === 0 ? before : await change(context, before, body);
  return withWarning(after, manager.warning);
}

/** Enables or disables a user; nothing else is sent, and the status is a boolean. */
export const setActive = (context: ExceedLmsContext, before: AppUser, active: boolean): Promise<AppUser> =>
  change(context, before, { is_active: active });

async function change({ http }: ExceedLmsContext, before: AppUser, body: AppAttributes): Promise<AppUser> {
  const current = before.raw as ExceedLmsUser;
  const sensitive = [before.username, before.email, current['last_name']].flatMap((text) => flatText(text) ?? []);
  await http.request({ method: 'PATCH', path: `users/${pathPart(before.id)}`, label: 'users', body, sensitive });
  return { ...before, ...mergedAccount({ ...current, ...body }) };
}

/** Names and addresses are compared without case; of an instant, the day counts. */
function asAnswered(attribute: string, text: string): string {
  if (attribute === 'hired_on') return text.slice(0, 'YYYY-MM-DD'.length);
  return attribute === 'login' || attribute.endsWith('email') ? text.toLowerCase() : text;
}

const withWarning = (user: AppUser, warning: string | undefined): AppUser =>
  warning === undefined ? user : { ...user, warnings: [...(user.warnings ?? []), warning] };

const withoutUser = ({ instanceName }: ExceedLmsContext): ConnectorError =>
  new ConnectorError(
    ConnectorErrorKind.Transient,
    `${instanceName}: POST users answered without the new user; it is looked up with the next attempt.`,
    { code: 'unexpected-answer' },
  );
