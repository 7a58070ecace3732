import { z } from 'zod';

import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { pathPart } from '../http.js';
import { licenceNamed } from './licence.js';
import { literal, query } from './soql.js';
import { change } from './users.js';
import type { AppUser } from '../types.js';
import type { SalesforceContext } from './users.js';

/** Activates a user. With `freezeWhenRefused` it is unfrozen as well: this connector may have frozen it. */
export async function enable(context: SalesforceContext, before: AppUser): Promise<AppUser> {
  const { ProfileId: profileId } = before.raw as { readonly ProfileId?: unknown };
  const after = await licenceNamed(context, profileId, () => setActive(context, before, true));
  if (context.freezeWhenRefused) await setFrozen(context, before.id, false);
  return after;
}

/**
 * Deactivates a user; nothing else is sent. Salesforce refuses that for users whom its own settings need, e.g. a default
 * owner. With `freezeWhenRefused` such a user is frozen.
 *
 * @throws ConnectorError the refusal, with a note when the user was frozen
 */
export async function disable(context: SalesforceContext, before: AppUser): Promise<AppUser> {
  try {
    return await setActive(context, before, false);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== ConnectorErrorKind.Validation) throw error;
    const note = context.freezeWhenRefused ? await freezing(context, before.id) : 'the user is still active';
    throw new ConnectorError(
      error.kind,
      `${error.message}; ${note}: remove what Salesforce names, then disable again.`,
      error.options,
    );
  }
}

async function setActive(context: SalesforceContext, before: AppUser, active: boolean): Promise<AppUser> {
  await change(context, before, { IsActive: active });
  return { ...before, active, raw: { ...(before.raw as object), IsActive: active } };
}

/** What to say of a user who cannot be deactivated. A fault that passes is thrown, so that all of it is tried again. */
async function freezing(context: SalesforceContext, id: string): Promise<string> {
  try {
    await setFrozen(context, id, true);
    return 'the user is frozen and cannot sign in, but keeps the licence';
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.retryable) throw error;
    return `the user is still active, because freezing failed too (${error.message})`;
  }
}

const loginSchema = z.looseObject({ Id: z.string().min(1), IsFrozen: z.boolean() });

async function setFrozen({ http, instanceName }: SalesforceContext, userId: string, frozen: boolean): Promise<void> {
  const soql = `SELECT Id, IsFrozen FROM UserLogin WHERE UserId = ${literal(userId)}`;
  const names = { label: 'UserLogin', what: `${instanceName}: GET UserLogin` };
  for (const { Id: id, IsFrozen: isFrozen } of await query(http, soql, loginSchema, names)) {
    if (isFrozen === frozen) continue;
    const path = `sobjects/UserLogin/${pathPart(id)}`;
    await http.request({ method: 'PATCH', path, label: 'UserLogin', body: { IsFrozen: frozen } });
  }
}
