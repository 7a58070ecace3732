interface Operation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

type Body = { readonly active?: unknown; readonly Operations?: readonly Operation[] } | undefined;

/** Parts of a name, which GitHub's changes carry by themselves. */
const PLACES: Readonly<Record<string, string>> = { givenName: 'name.givenName', familyName: 'name.familyName' };

/** A change with every attribute at the place where plain SCIM has it. */
export function namedParts(body: unknown): unknown {
  const { Operations = [], ...rest } = (body ?? {}) as NonNullable<Body>;
  return { ...rest, Operations: Operations.flatMap(split) };
}

/** Whether a complete account or a change says that the account is inactive. */
export function saysInactive(body: unknown): boolean {
  const { active, Operations = [] } = (body as Body) ?? {};
  return active === false || Operations.some(({ value }) => (value as { active?: unknown } | null)?.active === false);
}

function split({ op, path, value }: Operation): readonly Operation[] {
  if (path !== undefined || typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ op, ...(path === undefined ? {} : { path }), value }];
  }
  return Object.entries(value).map(([key, part]: [string, unknown]) => ({ op, path: PLACES[key] ?? key, value: part }));
}
