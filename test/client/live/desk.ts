import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

import type { IncidentDocument } from '../../../activities/store/incident-document.js';
import { KEEPER_SCHEDULE_ID } from '../../../domain/names.js';
import { IncidentState } from '../../../domain/incident.js';
import type { CommandInput, CommandName } from '../../../sandbox/workday/commands.js';
import { ilm } from '../../support/command-line.js';
import type { CommandEnd } from '../../support/command-line.js';
import { Company } from '../../whole/support/company.js';
import type { Scope } from '../../whole/support/endings.js';
import { eventually } from '../../whole/support/eventually.js';
import { EXAMPLE_CONFIGURATION } from '../../whole/support/example-configuration.js';
import { incidentsOf } from '../../whole/support/joiner.js';

export const ADMIN = 'iam-admin@example.com';
export const OPERATOR = 'it-operations@example.com';
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const shipped = (file: string): string => readFileSync(`${EXAMPLE_CONFIGURATION}/${file}`, 'utf8');

/** Mappers of the example with a field of the company's own, from the report to directory and application. */
const MAPPERS = {
  'mappers/workday.yaml': `${shipped('mappers/workday.yaml')}badgeColour: Badge_Colour\n`,
  'mappers/scim-out.yaml': `${shipped('mappers/scim-out.yaml')}nickName: badgeColour\n`,
  'mappers/active-directory-out.yaml': `${shipped('mappers/active-directory-out.yaml')}description: badgeColour\n`,
};

/** An operator's desk: a company with a worker, and the `ilm` command in front of it. */
export class Desk {
  private constructor(readonly company: Company) {}

  /** A company with the field `badgeColour` of its own, in which every update of a person is held. */
  static async open(scope: Scope): Promise<Desk> {
    const company = await Company.start(scope, {
      size: 12,
      files: MAPPERS,
      change: (ilm) => {
        ilm.workday.splice(1);
        ilm['customFields'] = [{ name: 'preferredLanguage' }, { name: 'badgeColour', label: 'Badge colour' }];
        ilm['layouts'] = {
          profile: [{ title: 'At the gate', fields: ['displayName', 'badgeColour', 'mobilePhone'] }],
          incident: [{ title: 'At the gate', fields: ['displayName', 'badgeColour'] }],
        };
        ilm.limits.gate['update'] = { count: 0, percent: 0 };
      },
    });
    for (const name of ['ILM_USER', 'ILM_CONFIG']) delete process.env[name];
    Object.assign(process.env, company.environment, { ILM_USER: ADMIN });
    await company.worker();
    return new Desk(company);
  }

  /** Runs a command and demands its exit code. */
  async run(t: TestContext, code: number, ...args: readonly string[]): Promise<CommandEnd> {
    const end = await ilm(t, ...args);
    assert.equal(end.code, code, `ilm ${args.join(' ')}: ${end.out}${end.err}`);
    return end;
  }

  /** What a command prints with `--json`. */
  async json<T>(t: TestContext, ...args: readonly string[]): Promise<T> {
    return JSON.parse((await this.run(t, 0, ...args, '--json')).out) as T;
  }

  /** The first line that a command without an end prints; Ctrl-C ends it then. */
  async firstLine(...args: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, ['client/ilm.mjs', ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (text: Buffer) => {
      out += text.toString();
      if (out.includes('\n')) child.kill('SIGINT');
    });
    await new Promise((resolve) => child.once('close', resolve));
    return out.split('\n')[0] ?? '';
  }

  /** Runs an example script as its first lines say, and answers what it prints. */
  async example(name: string, ...args: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, ['--import', 'tsx', `client/examples/${name}.ts`, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (err += text.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 0, `${name}: ${err}`);
    return out.trim();
  }

  /** The newest incident of a person once it is as it should be. */
  async incident(
    email: string,
    what: string,
    isSo: (incident: IncidentDocument) => boolean,
  ): Promise<IncidentDocument> {
    const newest = async (): Promise<IncidentDocument | undefined> => (await incidentsOf(this.company, email)).at(-1);
    return await eventually(
      `the incident of ${email} is ${what}`,
      async () => {
        const found = await newest();
        return found !== undefined && isSo(found) && found;
      },
      newest,
    );
  }

  async closed(email: string): Promise<IncidentDocument> {
    return await this.incident(email, 'closed', ({ state }) => state === IncidentState.Closed);
  }

  /** The newest incident of a person once it waits for somebody, and the id of its open question. */
  async waiting(
    email: string,
  ): Promise<{ readonly incident: IncidentDocument; readonly task: string; readonly workflowId: string }> {
    const incident = await this.incident(
      email,
      'waiting',
      ({ state, tasks }) =>
        (state === IncidentState.WaitingForDecision || state === IncidentState.WaitingForFix) &&
        tasks.at(-1)?.answer === undefined,
    );
    return { incident, task: incident.tasks.at(-1)?.id ?? '', workflowId: incident.run?.workflowId ?? '' };
  }

  /** Ends the run of a waiting incident by hand, and lets the keeper notice. */
  async interrupt(email: string): Promise<IncidentDocument> {
    const { workflowId } = await this.waiting(email);
    await this.company.client.workflow.getHandle(workflowId).terminate('by hand');
    await this.company.client.schedule.getHandle(KEEPER_SCHEDULE_ID).trigger();
    return await this.incident(email, 'interrupted', ({ state }) => state === IncidentState.Interrupted);
  }

  /** Tells HR something, over HTTP as people do. */
  async hr<N extends CommandName>(command: N, given: CommandInput<N>): Promise<void> {
    await post(`${this.company.workday.url}/commands/${command}`, given);
  }

  /** Hires people ten days ahead, with names that others have where `taken` says so, and lets the cycle find them. */
  async hire(emails: readonly string[], taken = false): Promise<void> {
    const rows = this.company.workday.rows('employees');
    for (const [index, email] of emails.entries()) {
      const displayName = taken ? { displayName: rows[index + 1]?.['Preferred_Name'] ?? '' } : {};
      await this.company.hire({ email, ...displayName });
    }
    await this.company.runNow();
  }

  /** Lets the applications refuse everything for good, or work again. */
  async refuse(isRefusing: boolean): Promise<void> {
    const { url, apps } = this.company.apps;
    const fault = { kind: 'error', status: 400, method: 'POST', path: '/Users', times: 'forever' };
    for (const { slug } of apps) {
      await post(`${url}/control/${slug}/${isRefusing ? 'faults' : 'clear-faults'}`, isRefusing ? fault : {});
    }
  }
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${await response.text()}`);
}
