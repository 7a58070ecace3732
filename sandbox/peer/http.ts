import type { AddressInfo, Server } from 'node:net';

import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';

/** Only this machine reaches the sandbox: its peers hold no real secrets and check little. */
export const LOCAL_HOST = '127.0.0.1';

/**
 * An HTTP server of a simulated peer: JSON and HTML forms are read, a form sent by a page of another site is refused,
 * connections are closed on stop. With a key and certificate it speaks HTTPS.
 */
export function createPeerServer(tls?: { readonly key: string; readonly cert: string }): FastifyInstance {
  const options = { logger: false, forceCloseConnections: true } as const;
  const server = (tls === undefined ? fastify(options) : fastify({ ...options, https: tls })) as FastifyInstance;
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, readForm(String(body)));
  });
  server.addHook('onRequest', async (request, reply) => {
    if (isForeign(request.headers)) await reply.code(403).send({ error: 'A page of another site sent this request.' });
  });
  return server;
}

/** The fields of an HTML form; one left empty counts as not given. */
export function readForm(body: string): Record<string, string> {
  return Object.fromEntries([...new URLSearchParams(body)].filter(([, value]) => value !== ''));
}

/** Whether a browser says that another site caused the request. Programs send no such header. */
export function isForeign(headers: Readonly<Record<string, string | readonly string[] | undefined>>): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

/** Port of a server that listens. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
