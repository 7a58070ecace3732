import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

import { ConnectorError } from '../../../activities/connectors/types.js';

/** A server of a test, and what it was asked. */
export interface Peer {
  readonly url: string;
  readonly seen: SeenRequest[];
  close(): Promise<void>;
}

/** A request with its whole body. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers one request. */
export type Answer = (request: SeenRequest, response: ServerResponse) => void;

/** Opens a server on a free port of this machine. */
export async function listen(server: Server, scheme: string, seen: SeenRequest[]): Promise<Peer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      (server as unknown as { closeAllConnections?(): void }).closeAllConnections?.();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A server that answers each request by the next answer, the last one for good. */
export async function peerOf(...answers: readonly Answer[]): Promise<Peer> {
  const seen: SeenRequest[] = [];
  return listen(createServer(listener(seen, answers)), 'http', seen);
}

/** Reads each request whole, remembers it and answers it by the next answer. */
export const listener =
  (seen: SeenRequest[], answers: readonly Answer[]) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const whole = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      seen.push(whole);
      answers[Math.min(seen.length, answers.length) - 1]?.(whole, response);
    });
  };

/** An answer in JSON. */
export const json =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

/** What a call fails with, as far as callers care. */
export async function failureOf(call: Promise<unknown>): Promise<ConnectorError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ConnectorError, `no ConnectorError: ${String(error)}`);
  return error;
}
