import { setTimeout as delay } from 'node:timers/promises';

import type { FastifyReply } from 'fastify';

import type { CommandArguments, CommandName } from './commands.js';
import type { ReportName } from './report-entry.js';

/** Commands that change how the next downloads answer. */
export type FaultCommand = Extract<
  CommandName,
  'empty-report' | 'cut-report' | 'bad-json' | 'wrong-shape' | 'no-content' | 'slow' | 'status'
>;

const FAULT_COMMANDS: readonly FaultCommand[] = [
  'empty-report',
  'cut-report',
  'bad-json',
  'wrong-shape',
  'no-content',
  'slow',
  'status',
];

/** Whether a command is one of those. */
export const isFaultCommand = (name: CommandName): name is FaultCommand =>
  (FAULT_COMMANDS as readonly CommandName[]).includes(name);

/** One way in which a download goes wrong. */
export interface ReportFault {
  readonly kind: FaultCommand;
  readonly report?: ReportName;
  readonly delayMs?: number;
  readonly status?: number;
}

/** The fault that a command's arguments describe. */
export function faultOf<N extends FaultCommand>(kind: N, given: CommandArguments<FaultCommand>): ReportFault {
  return {
    kind,
    ...(given.report === undefined ? {} : { report: given.report }),
    ...('delayMs' in given ? { delayMs: given.delayMs } : {}),
    ...('status' in given ? { status: given.status } : {}),
  };
}

/** Answers a download as the fault says. `body` is the report as it would have been. */
export async function answerFaulty(fault: ReportFault, reply: FastifyReply, body: Buffer): Promise<void> {
  switch (fault.kind) {
    case 'empty-report':
      return void (await reply.send({ Report_Entry: [] }));
    case 'bad-json':
      return void (await reply.type('application/json').send(body.subarray(0, -2)));
    case 'wrong-shape':
      return void (await reply.send({ Report_Data: { rows: [] } }));
    case 'no-content':
      return void (await reply.code(204).send());
    case 'status':
      return void (await reply.code(fault.status ?? 500).send({ error: 'The sandbox was told to answer this.' }));
    case 'slow':
      await delay(fault.delayMs ?? 0);
      return void (await reply.type('application/json').send(body));
    case 'cut-report':
      return cutShort(reply, body);
  }
}

/** Promises the whole report, sends half of it and hangs up once that half is on its way. */
function cutShort(reply: FastifyReply, body: Buffer): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  raw.write(body.subarray(0, Math.floor(body.length / 2)), () => raw.destroy());
}
