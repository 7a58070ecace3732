import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { literal } from './users.js';
import type { FailedMember, MemberOutcome } from '../types.js';
import type { PatchOperation } from './changes.js';
import type { ScimDialect } from './dialect.js';

/** One kind of change, and how it reaches one group. */
interface MemberChange {
  readonly kind: FailedMember['change'];
  readonly dialect: ScimDialect;
  send(operations: readonly PatchOperation[]): Promise<void>;
  /** Throws when the group itself is gone; asked after a refusal, at most once. */
  groupExists(): Promise<void>;
}

/**
 * Adds and removes members in requests of the size that the service takes, additions first. Where the dialect says so,
 * a refused request is halved until the refused members are known.
 */
export async function changeMembers(
  group: Omit<MemberChange, 'kind'>,
  add: readonly string[],
  remove: readonly string[],
): Promise<MemberOutcome> {
  const failed: FailedMember[] = [];
  for (const [kind, members] of [
    ['add', add],
    ['remove', remove],
  ] as const) {
    for (const chunk of chunks(members, group.dialect.memberChangesPerRequest)) {
      failed.push(...(await apply({ ...group, kind }, chunk)));
    }
  }
  return { failed };
}

async function apply(change: MemberChange, members: readonly string[]): Promise<readonly FailedMember[]> {
  try {
    await change.send(operationsOf(change, members));
    return [];
  } catch (error) {
    if (!change.dialect.splitsRefusedChanges || !(error instanceof ConnectorError) || !isRefusal(error)) throw error;
    await change.groupExists();
    const [only] = members;
    if (members.length === 1 && only !== undefined) return refused(change, only, error);
    const half = Math.ceil(members.length / 2);
    return [...(await apply(change, members.slice(0, half))), ...(await apply(change, members.slice(half)))];
  }
}

/** Refusals that can be one member's fault. */
const isRefusal = ({ kind, code }: ConnectorError): boolean =>
  kind === ConnectorErrorKind.NotFound || kind === ConnectorErrorKind.Conflict || code === '400';

/** Somebody who is no member cannot be removed, and a member cannot be added: both are as wanted. */
function refused({ kind: change }: MemberChange, id: string, error: ConnectorError): readonly FailedMember[] {
  const harmless = change === 'add' ? ConnectorErrorKind.Conflict : ConnectorErrorKind.NotFound;
  return error.kind === harmless ? [] : [{ id, change, errorCode: error.code, errorMessage: error.message }];
}

/** A removal always names the members: without any it would empty the group. */
function operationsOf({ kind, dialect }: MemberChange, members: readonly string[]): readonly PatchOperation[] {
  if (kind === 'add') {
    const value = members.map((member) => (dialect.typedMembers ? { value: member, type: 'User' } : { value: member }));
    return [{ op: 'add', path: 'members', value }];
  }
  if (dialect.memberRemoval === 'value') {
    return [{ op: 'remove', path: 'members', value: members.map((value) => ({ value })) }];
  }
  return members.map((value) => ({ op: 'remove', path: `members[value eq ${literal(value)}]` }));
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
