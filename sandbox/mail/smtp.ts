import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';

import { LOCAL_HOST } from '../peer/http.js';
import { readMail } from './mail.js';
import type { Mailbox } from './mailbox.js';

/** How the catcher treats mails. */
export const MAIL_MODES = {
  up: 'takes every mail',
  down: 'refuses connections',
  refuse: 'refuses every receiver for good (550)',
  'refuse-for-now': 'refuses every receiver for the moment (451)',
  'break-after-acceptance': 'keeps the mail, then drops the connection instead of saying so',
} as const;
export type MailMode = keyof typeof MAIL_MODES;

/** The SMTP side of the catcher. */
export interface SmtpCatcher {
  readonly port: number;
  readonly mode: MailMode;
  setMode(mode: MailMode): Promise<void>;
  stop(): Promise<void>;
}

const REFUSALS: Partial<Record<MailMode, { readonly code: number; readonly message: string }>> = {
  refuse: { code: 550, message: 'The sandbox was told to refuse this receiver.' },
  'refuse-for-now': { code: 451, message: 'The sandbox was told to refuse this receiver for the moment.' },
};

/** Listens for mail without encryption and without demanding a login; whatever it accepts goes into the mailbox. */
export async function startSmtp(mailbox: Mailbox, port: number): Promise<SmtpCatcher> {
  let mode: MailMode = 'up';
  let server = await listen(port);
  const ownPort = portOf(server);

  async function listen(wanted: number): Promise<SMTPServer> {
    const sockets = new Map<number, Socket>();
    const started = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      // The default waits half a minute for open connections on stop.
      closeTimeout: 100,
      onRcptTo: (_address, _session, done) => {
        const refusal = REFUSALS[mode];
        done(refusal === undefined ? null : Object.assign(new Error(refusal.message), { responseCode: refusal.code }));
      },
      onData: (stream, session, done) => {
        keep(stream, session).then(() => {
          if (mode === 'break-after-acceptance') sockets.get(session.remotePort)?.destroy();
          else done();
        }, done);
      },
    });
    started.server.on('connection', (socket: Socket) => {
      const { remotePort = 0 } = socket;
      sockets.set(remotePort, socket);
      socket.once('close', () => sockets.delete(remotePort));
    });
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject);
      started.listen(wanted, LOCAL_HOST, resolve);
    });
    // A client that hangs up in the middle is a matter of that connection only.
    started.on('error', () => undefined);
    return started;
  }

  async function keep(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const raw = await buffer(stream);
    const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
    const to = envelope.rcptTo.map(({ address }) => address);
    mailbox.add(await readMail(raw, { id: randomUUID(), at: new Date(), from, to }));
  }

  return {
    port: ownPort,
    get mode() {
      return mode;
    },
    setMode: async (wanted) => {
      if (wanted === 'down' && mode !== 'down') await close(server);
      if (wanted !== 'down' && mode === 'down') server = await listen(ownPort);
      mode = wanted;
    },
    stop: async () => {
      if (mode !== 'down') await close(server);
      mode = 'down';
    },
  };
}

const close = (server: SMTPServer): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

function portOf(server: SMTPServer): number {
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('The mail catcher does not listen on a port.');
  return address.port;
}
