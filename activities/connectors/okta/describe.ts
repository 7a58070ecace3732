import { oktaUserTypeSchema } from './answers.js';
import type { OktaSession } from './session.js';

/** Writable attributes of the organisation's user profile, shipped and own ones, each with its title. */
export async function describeOktaUsers(session: OktaSession): Promise<Readonly<Record<string, string>>> {
  const call = { path: 'meta/schemas/user/default', label: 'meta/schemas/user/default' };
  const { definitions } = await session.ask(oktaUserTypeSchema, call);
  const properties = { ...definitions.base?.properties, ...definitions.custom?.properties };
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, { title, mutability }]) =>
      mutability === 'READ_ONLY' ? [] : [[name, title ?? ''] as const],
    ),
  );
}
