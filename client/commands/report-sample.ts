import { readSamples } from '../../activities/report/samples.js';
import { settingsOf } from '../../activities/report/settings.js';
import type { Sample } from '../../domain/samples.js';
import type { CommandContext } from '../context.js';
import { facts } from '../output.js';
import { workdayInstance } from './workday-instance.js';

const DOWNLOAD_LIMIT_MS = 300_000;

/** `ilm report sample`: how the mapper reads the first five entries; nothing is written. */
export async function sample(context: CommandContext, given: string | undefined): Promise<void> {
  const { name } = await workdayInstance(context, given);
  const configuration = await context.configuration();
  const settings = settingsOf({ current: () => configuration }, name);
  const samples = await context.during(`downloading the report of ${name}`, () =>
    readSamples(settings, new Date(), AbortSignal.timeout(DOWNLOAD_LIMIT_MS)),
  );
  context.print(samples, () =>
    samples.length === 0 ? 'The report has no entries.' : samples.map(textOf).join('\n\n'),
  );
}

function textOf({ name, fields, fault }: Sample): string {
  return [
    name === '' ? '(no e-mail)' : name,
    facts(Object.entries(fields)),
    ...(fault === undefined
      ? []
      : [`! a cycle would reject it: ${[fault.reason, fault.field, fault.value].filter(Boolean).join(' ')}`]),
  ].join('\n');
}
