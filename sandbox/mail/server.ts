import { join } from 'node:path';

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { LOCAL_HOST, createPeerServer, portOf } from '../peer/http.js';
import { PAGE_HEADERS } from '../peer/page.js';
import type { CaughtMail } from './mail.js';
import { listPage, mailPage } from './mail-pages.js';
import { Mailbox } from './mailbox.js';
import type { MailQuery } from './mailbox.js';
import { MAIL_MODES, startSmtp } from './smtp.js';
import type { MailMode, SmtpCatcher } from './smtp.js';

/** How the mail catcher is started. */
export interface MailCatcherOptions {
  /** Port of the page; 0, the default, takes a free one. */
  readonly port?: number;
  /** Port for mail; 0, the default, takes a free one. */
  readonly smtpPort?: number;
  /** Keeps mails in this directory between two starts. */
  readonly dataDir?: string;
}

/** A running mail catcher. */
export interface MailCatcher {
  /** The page to read mails on, and the programs' interface below `/api`. */
  readonly url: string;
  /** Value for `SMTP_URL`. */
  readonly smtpUrl: string;
  /** Caught mails, oldest first. */
  mails(query?: MailQuery): readonly CaughtMail[];
  clear(): void;
  setMode(mode: MailMode): Promise<void>;
  stop(): Promise<void>;
}

const modes = Object.keys(MAIL_MODES) as [MailMode, ...MailMode[]];
const modeSchema = z.object({ mode: z.enum(modes) });
const querySchema = z.object({ to: z.string().min(1).optional(), subject: z.string().min(1).optional() });

/**
 * Starts a mail server on this machine that delivers nothing and shows what it was given. It can be told to be down, to
 * refuse, or to drop the connection after it has kept a mail.
 */
export async function startMailCatcher(options: MailCatcherOptions = {}): Promise<MailCatcher> {
  const mailbox = new Mailbox(options.dataDir === undefined ? undefined : join(options.dataDir, 'mails.jsonl'));
  const smtp = await startSmtp(mailbox, options.smtpPort ?? 0);
  const smtpUrl = `smtp://${LOCAL_HOST}:${smtp.port}`;
  const web = createPeerServer();
  servePages(web, mailbox, smtp, smtpUrl);
  serveApi(web, mailbox, smtp);
  try {
    await web.listen({ host: LOCAL_HOST, port: options.port ?? 0 });
  } catch (error) {
    await smtp.stop();
    throw error;
  }
  return {
    url: `http://${LOCAL_HOST}:${portOf(web.server)}`,
    smtpUrl,
    mails: (query) => mailbox.find(query),
    clear: () => mailbox.clear(),
    setMode: (mode) => smtp.setMode(mode),
    stop: async () => {
      await Promise.all([web.close(), smtp.stop()]);
    },
  };
}

function servePages(web: FastifyInstance, mailbox: Mailbox, smtp: SmtpCatcher, smtpUrl: string): void {
  web.get('/', async (request, reply) => {
    const { to } = z.object({ to: z.string().optional() }).parse(request.query);
    const mails = mailbox.find(to === undefined || to === '' ? {} : { to });
    return reply.headers(PAGE_HEADERS).send(listPage(mails, smtp.mode, smtpUrl, to ?? ''));
  });
  web.get<{ Params: { id: string } }>('/mails/:id', async (request, reply) => {
    const mail = mailbox.get(request.params.id);
    return mail === null
      ? reply.code(404).send({ error: 'There is no such mail.' })
      : reply.headers(PAGE_HEADERS).send(mailPage(mail));
  });
}

function serveApi(web: FastifyInstance, mailbox: Mailbox, smtp: SmtpCatcher): void {
  web.get('/api/mails', async (request, reply) => {
    const query = querySchema.safeParse(request.query);
    return query.success ? mailbox.find(query.data) : reply.code(400).send({ error: z.prettifyError(query.error) });
  });
  web.get<{ Params: { id: string } }>('/api/mails/:id', async (request, reply) => {
    return mailbox.get(request.params.id) ?? reply.code(404).send({ error: 'There is no such mail.' });
  });
  web.delete('/api/mails', async (_request, reply) => {
    mailbox.clear();
    return reply.code(204).send();
  });
  web.get('/control/mode', async () => ({ mode: smtp.mode, modes: MAIL_MODES }));
  web.post('/control/mode', async (request, reply) => {
    const given = modeSchema.safeParse(request.body);
    if (!given.success) return reply.code(400).send({ error: z.prettifyError(given.error) });
    await smtp.setMode(given.data.mode);
    return isForm(request.headers) ? reply.redirect('/', 303) : { mode: smtp.mode };
  });
  web.post('/control/clear', async (request, reply) => {
    mailbox.clear();
    return isForm(request.headers) ? reply.redirect('/', 303) : reply.code(204).send();
  });
}

const isForm = (headers: { readonly 'content-type'?: string | undefined }): boolean =>
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
