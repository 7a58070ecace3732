import { parseArgs } from 'node:util';

import { printProgress } from './servers/progress.js';
import { stopOnSignal } from './servers/supervisor.js';
import { startSandbox } from './service.js';
import { DAY } from './story/day.js';
import { tellStory } from './story/tell.js';

const USAGE = `npm start [-- --until-done [--json]] [--hooks]

  --until-done   play the story of a day, then end: 0 when everything came true, 1 otherwise
  --json         with --until-done: the last line is { done, steps: [{ name, expected, actual, ok }] }
  --hooks        with the example company's own workflows as custom hooks (sandbox/hooks)
  --data DIR     where data is kept, default .ilm`;

async function main(): Promise<number | null> {
  const { values } = parseArgs({
    options: {
      'until-done': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      hooks: { type: 'boolean', default: false },
      data: { type: 'string', default: '.ilm' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const sandbox = await startSandbox({ dataDir: values.data, progress: printProgress, hooks: values.hooks });
  stopOnSignal(() => sandbox.stop());
  const steps = await tellStory(sandbox.company, DAY, printProgress);
  const done = steps.length === DAY.length && steps.every(({ ok }) => ok);
  await sandbox.markDone(done);
  printProgress(done ? '\nThe story is told; everything came true.' : '\nThe story stopped: a step did not come true.');
  for (const [what, address] of Object.entries(sandbox.addresses)) printProgress(`  ${what.padEnd(18)} ${address}`);
  if (!values['until-done']) {
    printProgress('\nThe service keeps running. Try `npx ilm task list` in another terminal; Ctrl-C ends everything.');
    return null;
  }
  await sandbox.stop();
  if (values.json) console.log(JSON.stringify({ done, steps }));
  return done ? 0 : 1;
}

main().then(
  (code) => {
    if (code !== null) process.exit(code);
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
