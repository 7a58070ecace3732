/** How requests prove who we are. */
export interface HttpAuth {
  /** Headers of the next request. May fetch a token first. */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** What must never show up in a message, although a server may repeat it. */
  secrets(): readonly string[];
  /** Forgets a token that the server refused; absent when there is nothing that could be fetched anew. */
  renew?(): void;
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
  return { headers: () => Promise.resolve({ authorization: `Bearer ${token}` }), secrets: () => [token] };
}

/** User name and password, sent with every request. */
export function basicAuth(username: string, password: string): HttpAuth {
  const credentials = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return {
    headers: () => Promise.resolve({ authorization: `Basic ${credentials}` }),
    secrets: () => [credentials, password],
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
  let current: Promise<{ readonly token: string; readonly until: number }> | undefined;
  let latest = '';

  const fetchFresh = (): Promise<{ readonly token: string; readonly until: number }> => {
    const started = fetchToken().then(({ token, expiresInMs }) => ({
      token,
      until: expiresInMs === undefined ? Number.POSITIVE_INFINITY : now() + expiresInMs - EXPIRY_MARGIN_MS,
    }));
    current = started;
    // A failed fetch must not be remembered, or no later request would ever try again.
    started.catch(() => {
      if (current === started) current = undefined;
    });
    return started;
  };

  return {
    headers: async () => {
      const known = current === undefined ? undefined : await current;
      const { token } = known !== undefined && known.until > now() ? known : await fetchFresh();
      latest = token;
      return { authorization: `Bearer ${token}` };
    },
    secrets: () => (latest === '' ? [] : [latest]),
    renew: () => {
      current = undefined;
    },
  };
}
