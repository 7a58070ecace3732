import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { answerQuestion, showQuestion } from './answer-page.js';
import type { ConsoleParts, Page } from './answer-page.js';
import { PAGE_HEADERS, messagePage } from './pages.js';

/** A running console. */
export interface Console {
  /** Where it listens. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A form holds a token, an option and a short comment. */
const BODY_LIMIT = 16_384;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Serves the decision page at `listen` (host:port; port 0 takes a free one). `GET` shows, `POST` decides. Requests are
 * not logged: their addresses hold tokens.
 *
 * @param onError told of what went wrong inside, without any request
 */
export async function startConsole(
  parts: ConsoleParts,
  listen: string,
  onError: (error: unknown) => void,
): Promise<Console> {
  const server = createServer(parts, onError);
  const at = listen.lastIndexOf(':');
  const host = listen.slice(0, at).replace(/^\[|\]$/g, '');
  const url = await server.listen({ host, port: Number(listen.slice(at + 1)) });
  return { url, stop: () => server.close() };
}

function createServer(parts: ConsoleParts, onError: (error: unknown) => void): FastifyInstance {
  const server = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  server.addHook('onRequest', async (request, reply) => {
    if (request.method === 'POST' && isForeign(parts, request)) await send(reply, FOREIGN);
  });
  server.get('/', async (_request, reply) => await send(reply, FRONT));
  const path = '/tasks/:incident/:kind/:number';
  server.get(path, async (request, reply) => {
    const { token } = request.query as Record<string, unknown>;
    await send(reply, await showQuestion(parts, taskIdOf(request), textOf(token)));
  });
  server.post(path, async (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const field = (name: string): string => form.get(name) ?? '';
    const answer = { token: field('token'), option: field('option'), comment: field('comment') };
    await send(reply, await answerQuestion(parts, taskIdOf(request), answer));
  });
  server.setNotFoundHandler(async (_request, reply) => await send(reply, NOWHERE));
  server.setErrorHandler(async (error: { statusCode?: number }, _request, reply) => {
    const { statusCode: status = 500 } = error;
    if (status >= 500) onError(error);
    await send(reply, status >= 500 ? BROKEN : { status, text: messagePage('This request cannot be read') });
  });
  return server;
}

const send = async (reply: FastifyReply, { status, text }: Page): Promise<void> =>
  void (await reply.code(status).headers(PAGE_HEADERS).send(text));

function taskIdOf({ params }: FastifyRequest): string {
  const { incident, kind, number } = params as Record<string, string>;
  return `${incident}/${kind}/${number}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Whether a browser says that another site sent a form. The token is what protects; this keeps others from making use
 * of one that leaked. A page without referrer sends the origin `null`, and programs send none.
 */
function isForeign({ configuration }: ConsoleParts, { headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return true;
  const { origin } = headers;
  if (origin === undefined || origin === 'null') return false;
  const { publicUrl } = configuration.current().ilm.console;
  return origin !== (publicUrl === undefined ? `http://${headers.host}` : new URL(publicUrl).origin);
}

const page = (status: number, title: string, ...words: readonly string[]): Page => ({
  status,
  text: messagePage(title, ...words),
});

const FRONT = page(
  200,
  'Decisions',
  'Open the link of the mail that asks you, or list open questions with: ilm task list',
);
const NOWHERE = page(404, 'There is nothing here', 'Open the link as the mail has it.');
const FOREIGN = page(403, 'Another site sent this', 'Open the link of the mail and answer there.');
const BROKEN = page(500, 'Something went wrong', 'Nothing was decided by this. Try again in a minute.');
