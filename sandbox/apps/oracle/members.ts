import type { Request } from 'express';

/** Which members of a group an answer shows. */
interface MemberRange {
  readonly start: number;
  readonly count: number;
}

const MOST_MEMBERS = 10_000;
const MEMBERS = /(?:^|,)members(?:\[startIndex=(\d+)&count=(\d+)\])?(?:,|$)/;

/** The members that were asked for; null when none were. */
export function memberRange(attributes: unknown): MemberRange | null {
  const match = MEMBERS.exec(typeof attributes === 'string' ? attributes : '');
  if (match === null) return null;
  const [, start = '1', count = String(MOST_MEMBERS)] = match;
  return { start: Number(start), count: Math.min(Number(count), MOST_MEMBERS) };
}

/** Takes the range out of the query, which the SCIM library would not understand. */
export function withoutRange(request: Request): void {
  const { attributes, ...query } = request.query;
  if (typeof attributes !== 'string') return;
  const plain = { ...query, attributes: attributes.replace(/members\[[^\]]*\]/, 'members') };
  // Express computes the query anew at each access.
  Object.defineProperty(request, 'query', { value: plain, configurable: true });
}

/** A group with the members of the range, or without any. */
export function shownMembers(
  { members, ...group }: Readonly<Record<string, unknown>>,
  range: MemberRange | null,
): Readonly<Record<string, unknown>> {
  if (range === null || !Array.isArray(members)) return group;
  return { ...group, members: members.slice(range.start - 1, range.start - 1 + range.count) as unknown };
}
