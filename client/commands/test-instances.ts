import type { WorkflowHandle } from '@temporalio/client';

import { startTest } from '../../activities/test-instances/start.js';
import type { Evidence } from '../../activities/store/evidence.js';
import { testEvidenceId } from '../../domain/instance-test.js';
import type { InstanceTest, TestHalt, TestResult } from '../../domain/instance-test.js';
import type { UserProfile } from '../../domain/profile.js';
import { ExitCode, examples } from '../command.js';
import type { Registrar } from '../command.js';
import type { CommandContext } from '../context.js';
import { InputFiles } from '../input-files.js';
import { table } from '../output.js';
import { fieldFault, profileFaults } from '../profiles/rules.js';
import { endOf } from '../workflow-end.js';
import { testReportUpdate } from '../../workflows/messages.js';
import { connectorsWith } from './iam-instance.js';

interface TestOptions {
  readonly instance?: readonly string[];
  readonly user: string;
  readonly email?: string;
  readonly keep?: boolean;
  readonly once?: boolean;
}

/** A result with the words of the application. */
type Row = TestResult & { readonly message?: string };

/** `ilm test-instances`: a smoke test by an operator (spec playbooks-provisioning 9). */
export const registerTestInstances: Registrar = (command, run) => {
  command
    .requiredOption('--user <file>', 'the test user, a JSON file with email, username and what the mappers need')
    .option('--instance <name...>', 'only these instances; otherwise every one that is switched on')
    .option('--email <address>', 'who gets the first password of a directory; otherwise nobody is told')
    .option('--keep', 'leave the test user enabled')
    .option('--once', 'end when commands failed; otherwise the test waits for a retry')
    .action(run(testInstances))
    .addHelpText(
      'after',
      examples(
        'ilm test-instances --user test-user.json --as admin@example.com',
        'ilm test-instances --user test-user.json --instance "Atlas Wiki" --as admin@example.com',
        'ilm test-instances --user test-user.json --once --as admin@example.com',
      ),
    );
};

async function testInstances(context: CommandContext, options: TestOptions): Promise<ExitCode> {
  const profile = testUserOf(options);
  const { instance: instances = [], email, keep = false, once = false } = options;
  for (const name of instances) await connectorsWith(context, name);
  const { id: startedBy } = await context.actor();
  const store = await context.store();
  const mailTo = email === undefined ? {} : { mailTo: email };
  const wanted = { profile, instances, keep, halts: !once, startedBy, ...mailTo };
  const handle = await startTest({ client: await context.client(), store }, wanted);
  const { testId, results, leftEnabled, halt = null } = await reportOf(context, handle);
  const rows = await withMessages(store.evidence, testId, results);
  context.print({ testId, results: rows, leftEnabled, halt }, () => textOf(rows));
  if (leftEnabled.length > 0) {
    context.progress(
      `Warning: the test user is left enabled in ${leftEnabled.join(', ')}. Disable them there, or run the test ` +
        'without --keep.',
    );
  }
  const failed = rows.filter(({ success }) => !success);
  if (failed.length === 0) return ExitCode.Done;
  const where = [...new Set(failed.map(({ instance }) => instance))].join(', ');
  context.progress(`Failed: ${failed.length} commands in ${where}. ${nextStep(halt)}`);
  return ExitCode.Failed;
}

/** What a test came to: at its end, or at its halt, where it waits longer than this command. */
async function reportOf(context: CommandContext, handle: WorkflowHandle): Promise<InstanceTest> {
  const { WorkflowNotFoundError, WorkflowUpdateFailedError } = await import('@temporalio/client');
  const what = (): string => `testing the instances (${handle.workflowId})`;
  try {
    return await context.during(what, () => handle.executeUpdate(testReportUpdate));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError)) throw error;
    // It has ended already: its own result says how.
    return await endOf<InstanceTest>(context, handle, what);
  }
}

const nextStep = (halt: TestHalt | null): string =>
  halt === null
    ? 'Fix the cause and repeat the test.'
    : [
        `The test waits as ${halt.incidentId}. Fix the cause, then:`,
        `  ilm incident retry ${halt.incidentId}    tries again what failed`,
        `  ilm incident show ${halt.incidentId}     shows what came of it`,
        `  ilm incident close ${halt.incidentId}    ends the test as it is`,
      ].join('\n');

/** The test user; whatever is wrong with the file is reported at once. */
function testUserOf({ user: file, email }: TestOptions): UserProfile {
  const files = new InputFiles();
  const value = files.json('--user', file);
  if (value !== undefined) {
    files.add(...profileFaults(file, value));
    for (const field of ['email', 'username'] as const) {
      const found = (value as UserProfile | null)?.[field];
      if (found === undefined || found === '') files.add(fieldFault(file, [field], 'is missing'));
    }
  }
  if (email !== undefined && !email.includes('@')) {
    files.add({ option: '--email', value: email, problem: 'is no e-mail address', remedy: 'Name who gets the mail.' });
  }
  files.throwIfFaulty();
  return value as UserProfile;
}

/** Messages and reasons are kept beside the run, never in it. */
async function withMessages(evidence: Evidence, testId: string, results: readonly TestResult[]): Promise<Row[]> {
  const messages = new Map(
    (await evidence.ofIncident(testId)).map(({ _id, outcome }) => [
      _id,
      outcome?.['errorMessage'] ?? outcome?.['reason'],
    ]),
  );
  return results.map((result) => {
    const message = result.note ?? messages.get(testEvidenceId(testId, result));
    return typeof message === 'string' ? { ...result, message } : result;
  });
}

const textOf = (rows: readonly Row[]): string =>
  table(
    ['instance', 'command', 'outcome', 'account', 'code', 'message'],
    rows.map(({ instance, command, success, skipped, active, errorCode, message }) => [
      instance,
      command,
      skipped ? 'skipped' : success ? 'done' : 'failed',
      active === undefined ? '' : active ? 'enabled' : 'disabled',
      errorCode,
      message,
    ]),
  );
