/** How requests prove who we are. */
export interface HttpAuth {
  /** Headers of the next request. May fetch a token first. */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** Query parameters of the next request, for applications that take their key nowhere else. */
  query?(): Promise<Readonly<Record<string, string>>>;
  /** What must never show up in a message, although a server may repeat it. */
  secrets(): readonly string[];
  /**
   * Forgets a token that the server refused; absent when there is nothing that could be fetched anew.
   *
   * @param refused the headers that it was sent with; a token that was fetched meanwhile is kept
   */
  renew?(refused?: Readonly<Record<string, string>>): void;
  /** Ends what fetches tokens, if anything does. The client that uses this calls it when it is closed. */
  close?(): Promise<void>;
}

/** A token with the time that it stays valid, if the server said so. */
export interface FetchedToken {
  readonly token: string;
  readonly expiresInMs?: number;
}

// A token is given up this long before its end, so that it does not run out on the way to the server.
const EXPIRY_MARGIN_MS = 60_000;

/** A fixed token. */
export function bearerAuth(token: string): HttpAuth {
  return { headers: () => Promise.resolve(bearer(token)), secrets: () => [token] };
}

/** User name and password, sent with every request. */
export function basicAuth(username: string, password: string): HttpAuth {
  const credentials = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return {
    headers: () => Promise.resolve({ authorization: `Basic ${credentials}` }),
    secrets: () => [credentials, password],
  };
}

/** A key that the application takes as a query parameter only. */
export function queryAuth(parameter: string, key: string): HttpAuth {
  return {
    headers: () => Promise.resolve({}),
    query: () => Promise.resolve({ [parameter]: key }),
    secrets: () => [key, encodeURIComponent(key)],
  };
}

/** No credentials, for servers on the same machine. */
export function noAuth(): HttpAuth {
  return { headers: () => Promise.resolve({}), secrets: () => [] };
}

/**
 * A token that is fetched when needed, shared by all requests, and fetched again shortly before it expires or after the
 * server refused it. Several requests at once fetch it once.
 */
export function tokenAuth(fetchToken: () => Promise<FetchedToken>, now: () => number = Date.now): HttpAuth {
  let current: Promise<KeptToken> | undefined;
  let latest = '';

  const fetchFresh = (): Promise<KeptToken> => {
    const started = fetchToken().then(({ token, expiresInMs = Number.POSITIVE_INFINITY }) => {
      latest = token;
      return { token, until: now() + expiresInMs - Math.min(EXPIRY_MARGIN_MS, expiresInMs / 2) };
    });
    current = started;
    // A failed fetch must not be remembered, or no later request would ever try again.
    started.catch(() => {
      if (current === started) current = undefined;
    });
    return started;
  };

  const usable = async (): Promise<KeptToken> => {
    const known = current;
    const kept = await known;
    if (kept !== undefined && kept.until > now()) return kept;
    // Of several requests that find it expired, the first fetches the next one and the others wait for it.
    return current === known || current === undefined ? fetchFresh() : current;
  };

  return {
    headers: async () => bearer((await usable()).token),
    secrets: () => (latest === '' ? [] : [latest]),
    renew: (refused) => {
      if (refused === undefined || refused['authorization'] === bearer(latest).authorization) current = undefined;
    },
  };
}

/** A fetched token with the instant, in milliseconds, from which it is not used any more. */
interface KeptToken {
  readonly token: string;
  readonly until: number;
}

const bearer = (token: string): { readonly authorization: string } => ({ authorization: `Bearer ${token}` });
