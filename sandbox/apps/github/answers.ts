import type { Response } from 'express';

type Body = Readonly<Record<string, unknown>>;

/** How a resource is shown, and which of a list's are. */
export interface Showing {
  shown(resource: Body): Body;
  isFound(resource: Body): boolean;
}

/** Everything as it is stored. */
export const PLAIN: Showing = { shown: (resource) => resource, isFound: () => true };

/**
 * Suspended accounts under a made-up name and address.
 *
 * @param searchesByThem whether the request is a search by what is hidden, which does not find suspended accounts
 */
export const hidingSuspended = (searchesByThem: boolean): Showing => ({
  shown: (user) => {
    if (user['active'] !== false) return user;
    const alias = String(user['id']).replaceAll('-', '');
    return { ...user, userName: alias, emails: [{ value: `${alias}@users.example.com`, type: 'work', primary: true }] };
  },
  isFound: ({ active }) => !searchesByThem || active !== false,
});

/** Shows what plain SCIM would answer as GitHub does: with numbers as statuses of errors, and resources as told. */
export function answerLikeGithub(response: Response, showing: Showing): void {
  const send = response.send.bind(response);
  response.send = (body: unknown) => {
    response.send = send;
    const parsed: unknown = typeof body === 'string' ? parse(body) : body;
    if (typeof parsed !== 'object' || parsed === null) return send(body);
    response.type('application/scim+json');
    return send(JSON.stringify(converted(JSON.parse(JSON.stringify(parsed)) as Body, response.statusCode, showing)));
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function converted(body: Body, status: number, { shown, isFound }: Showing): Body {
  if (status >= 400) return 'detail' in body ? { ...body, status } : body;
  const { Resources, totalResults } = body as { readonly Resources?: readonly Body[]; readonly totalResults?: number };
  if (Resources === undefined) return shown(body);
  const visible = Resources.filter(isFound);
  const total = (totalResults ?? Resources.length) - (Resources.length - visible.length);
  return { ...body, Resources: visible.map(shown), totalResults: total };
}
