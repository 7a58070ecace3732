import { join } from 'node:path';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { createCertificates } from '../peer/certificate.js';
import { LOCAL_HOST, createPeerServer, portOf } from '../peer/http.js';
import { PAGE_HEADERS } from '../peer/page.js';
import { describeCommands, isCommandName } from './commands.js';
import type { CommandInput, CommandName } from './commands.js';
import type { CompanySize } from './company.js';
import { peoplePage } from './people-page.js';
import { answerFaulty } from './report-faults.js';
import { REPORTS } from './report-entry.js';
import type { ReportEntry, ReportName } from './report-entry.js';
import { createSimulator } from './simulator.js';
import type { Simulator } from './simulator.js';
import { CommandRefused } from './workforce.js';

/** How the simulated Workday is started. Everything may be left out. */
export interface WorkdayOptions extends Partial<CompanySize> {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Serves the reports by HTTPS as well, under a certificate of its own authority. */
  readonly https?: boolean;
  readonly httpsPort?: number;
  /** Keeps people (and certificates) in this directory between two starts. */
  readonly dataDir?: string;
  /** Basic authentication of the reports. */
  readonly username?: string;
  readonly password?: string;
  /** Date format of the report, as luxon writes it. Default `MM/dd/yyyy`. */
  readonly dateFormat?: string;
  /** Zone in which `today` is reckoned. Default UTC. */
  readonly timeZone?: string;
  readonly now?: () => Date;
}

/** Addresses of the two reports. */
export type ReportUrls = Readonly<Record<ReportName, string>>;

/** A running simulated Workday. */
export interface Workday {
  /** The page for people. */
  readonly url: string;
  readonly reports: ReportUrls;
  readonly secure: { readonly reports: ReportUrls; readonly caFile: string } | null;
  readonly username: string;
  readonly password: string;
  /**
   * Runs a command. Gives the row that it made, changed or removed, null for commands about downloads.
   *
   * @throws CommandRefused when the report does not allow it, e.g. for an unknown address
   */
  run<N extends CommandName>(command: N, given: CommandInput<N>): ReportEntry | null;
  rows(report: ReportName): readonly ReportEntry[];
  find(email: string): ReportEntry | null;
  /** How often a report was asked for with the right password. */
  downloads(report: ReportName): number;
  stop(): Promise<void>;
}

const REPORT_PATH = '/ccx/service/customreport2/example/ILM';
const PATHS: ReportUrls = { employees: `${REPORT_PATH}/Workers`, contractors: `${REPORT_PATH}/Contractors` };

/**
 * Starts the simulated Workday on this machine: two reports with Basic authentication, commands that change them
 * (`POST /commands/<name>` with JSON; `GET /commands` describes them), and a page for people. A company of another size
 * or seed than the one kept replaces it.
 */
export async function startWorkday(options: WorkdayOptions = {}): Promise<Workday> {
  const settings = {
    size: options.size ?? 40,
    seed: options.seed ?? 1,
    contractors: options.contractors ?? 6,
    dateFormat: options.dateFormat ?? 'MM/dd/yyyy',
    timeZone: options.timeZone ?? 'UTC',
    now: options.now ?? (() => new Date()),
  };
  const credentials = { username: options.username ?? 'ISU_ILM', password: options.password ?? 'sandbox' };
  const simulator = createSimulator(settings, options.dataDir);
  const plain = createPeerServer();
  serve(plain, simulator, credentials);
  await plain.listen({ host: LOCAL_HOST, port: options.port ?? 0 });
  const url = `http://${LOCAL_HOST}:${portOf(plain.server)}`;
  const secure = options.https === true ? await startSecure(simulator, credentials, options) : null;
  return {
    url,
    reports: urlsBelow(url),
    secure: secure === null ? null : { reports: secure.reports, caFile: secure.caFile },
    ...credentials,
    run: simulator.run,
    rows: (report) => simulator.workforce.company[report],
    find: (email) => simulator.workforce.find(email),
    downloads: (report) => simulator.downloads[report],
    stop: async () => {
      await Promise.all([plain.close(), secure?.server.close()]);
      simulator.close();
    },
  };
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

const urlsBelow = (url: string): ReportUrls => ({
  employees: url + PATHS.employees,
  contractors: url + PATHS.contractors,
});

async function startSecure(
  simulator: Simulator,
  credentials: Credentials,
  options: WorkdayOptions,
): Promise<{ server: FastifyInstance; reports: ReportUrls; caFile: string }> {
  const certificates = await createCertificates(
    options.dataDir === undefined ? undefined : join(options.dataDir, 'workday-tls'),
  );
  const server = createPeerServer(certificates);
  serve(server, simulator, credentials);
  await server.listen({ host: LOCAL_HOST, port: options.httpsPort ?? 0 });
  return {
    server,
    reports: urlsBelow(`https://${LOCAL_HOST}:${portOf(server.server)}`),
    caFile: certificates.caFile,
  };
}

function serve(server: FastifyInstance, simulator: Simulator, { username, password }: Credentials): void {
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  for (const report of REPORTS) {
    server.get(PATHS[report], async (request, reply) => {
      if (request.headers.authorization !== expected) {
        return reply
          .code(401)
          .header('www-authenticate', 'Basic realm="Workday"')
          .send({ error: 'invalid credentials' });
      }
      simulator.downloads[report] += 1;
      const fault = simulator.takeFault(report);
      if (fault === null) return reply.type('application/json').send(simulator.body(report));
      await answerFaulty(fault, reply, simulator.body(report));
      return reply;
    });
  }
  server.get('/', async (request, reply) => {
    const { q } = z.object({ q: z.string().default('') }).parse(request.query);
    return reply.headers(PAGE_HEADERS).send(peoplePage(simulator.workforce.company, q));
  });
  server.get('/commands', async () => describeCommands());
  server.post('/commands/:name', async (request, reply) => answerCommand(simulator, request, reply));
}

async function answerCommand(simulator: Simulator, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { name } = request.params as { name: string };
  if (!isCommandName(name)) return reply.code(404).send({ error: `There is no command ${name}. See /commands.` });
  try {
    const entry = simulator.run(name, request.body ?? {});
    const fromPage = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    return fromPage ? await reply.redirect('/', 303) : { command: name, entry };
  } catch (error) {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
    if (error instanceof CommandRefused) return reply.code(409).send({ error: error.message });
    throw error;
  }
}
