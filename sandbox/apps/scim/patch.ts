/** One operation of a PATCH as a client wrote it. */
export interface WrittenOperation {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}

/** The operations of a PATCH, one for each attribute even where a client joined several in one object. */
export function operationsOf(body: unknown): readonly WrittenOperation[] {
  const { Operations: operations } = (body ?? {}) as { readonly Operations?: unknown };
  if (!Array.isArray(operations)) return [];
  return (operations as readonly Partial<WrittenOperation>[]).flatMap(({ op = '', path, value }) => {
    if (path !== undefined && path !== '') return [{ op, path, value }];
    return Object.entries(value ?? {}).map(([key, part]: [string, unknown]) => ({
      op,
      path: key,
      value: part,
    }));
  });
}

/** The attribute that a path begins with: `emails` of `emails[type eq "work"].value`, the URN of an extension. */
export function attributeOf(path: string): string {
  if (!path.startsWith('urn:')) return path.split(/[.[]/)[0] ?? '';
  const [urn = ''] = /^urn:.*:User/.exec(path) ?? [];
  return urn;
}
