import { z } from 'zod';

import { editIamConfiguration } from '../../activities/iam-configuration/edit.js';
import type { ConfigurationEdit, EditOutcome } from '../../domain/okta/iam-configuration.js';
import type { CommandContext } from '../context.js';
import { CommandFailed } from '../faults.js';
import { InputFiles } from '../input-files.js';
import { isWorkerMissing } from '../temporal-faults.js';
import { textOf } from './okta-config.js';
import { oktaInstance } from './okta-instance.js';

/** Options of `ilm okta config set`. */
export interface SetOptions {
  readonly file: string;
}

/** Longer than the form lets Okta take. */
const EDIT_DEADLINE_MS = 75_000;

const text = z.string().min(1, 'must not be empty');

/** What `get` prints; Okta says what the applications are called. */
const fileSchema = z.object({
  okta: text.optional(),
  version: z.number().int().min(0).optional(),
  rows: z.array(z.object({ applicationId: text, instance: text })),
});

/** `ilm okta config set`: everything in the file is checked before anything is written. */
export async function setByHand(
  context: CommandContext,
  given: string | undefined,
  options: SetOptions,
): Promise<void> {
  const { name: okta } = await oktaInstance(context, given);
  const files = new InputFiles();
  const read = files.checked('--file', options.file, fileSchema)?.value;
  if (read?.okta !== undefined && read.okta !== okta) {
    files.add({
      file: options.file,
      path: 'okta',
      value: read.okta,
      problem: `is not '${okta}', which is to be configured`,
      remedy: 'Name the instance that the file is for, or take the line out.',
    });
  }
  files.throwIfFaulty();
  const { version, rows = [] } = read ?? {};
  await editByHand(context, okta, { kind: 'set', rows, ...(version === undefined ? {} : { version }) });
}

/**
 * Makes an edit in the form, as everybody does: the form puts edits in order, asks Okta at its own rate, and knows
 * afterwards what is in force.
 *
 * @throws CommandFailed with every reason when the edit is refused
 */
export async function editByHand(
  context: CommandContext,
  given: string | undefined,
  edit: ConfigurationEdit,
): Promise<void> {
  const { name: okta } = await oktaInstance(context, given);
  const { id: by } = await context.actor();
  const outcome = await send(context, okta, { edit, by });
  if (outcome.kind === 'refused') throw new CommandFailed(outcome.reasons.join('\n'));
  const { version, rows } = outcome;
  if (outcome.kind === 'unchanged') context.progress('Nothing had to be changed.');
  context.print({ okta, version, rows }, () => textOf({ okta, version, rows }));
}

async function send(
  context: CommandContext,
  okta: string,
  given: { readonly edit: ConfigurationEdit; readonly by: string },
): Promise<EditOutcome> {
  const [client, { WorkflowUpdateFailedError }] = await Promise.all([context.client(), import('@temporalio/client')]);
  try {
    return await context.during('waiting for a worker to make the edit', () =>
      editIamConfiguration(client, okta, given, EDIT_DEADLINE_MS),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) {
      throw new CommandFailed(error.cause instanceof Error ? error.cause.message : error.message, { cause: error });
    }
    if (!isWorkerMissing(error)) throw error;
    throw new CommandFailed(
      `No worker answered in time. Check that a worker runs, look whether the edit was made with ` +
        `\`ilm okta config get "${okta}"\`, and give the command again if not.`,
    );
  }
}
