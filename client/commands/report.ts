import { examples } from '../command.js';
import type { Registrar } from '../command.js';
import type { PreviewOptions } from './preview-input.js';

const SIGNALS = {
  pause: 'let the cycle stand still without losing work',
  resume: 'let a paused cycle go on',
} as const;

/** `ilm report start|pause|resume|run-now|status|sample|preview`. */
export const registerReport: Registrar = (report, run) => {
  const instance = ['[instance]', 'name in ilm.yaml; may be left out when there is only one'] as const;
  report
    .command('start')
    .description('start the cycle; a running one goes on')
    .argument(...instance)
    .action(run(async (context, name: string | undefined) => (await cycle()).start(context, name)))
    .addHelpText('after', examples('ilm report start Workday'));
  for (const [signal, text] of Object.entries(SIGNALS)) {
    report
      .command(signal)
      .description(text)
      .argument(...instance)
      .action(
        run(async (context, name: string | undefined) =>
          (await cycle())[signal as keyof typeof SIGNALS](context, name),
        ),
      )
      .addHelpText('after', examples(`ilm report ${signal} Workday`));
  }
  report
    .command('run-now')
    .description('start the next run at once, also out of a halt of the guard')
    .argument(...instance)
    .option('--accept-report', 'take the next report although the report guard refuses it (an empty one never)')
    .action(
      run(async (context, name: string | undefined, options: { readonly acceptReport?: boolean }) =>
        (await cycle()).runNow(context, name, options),
      ),
    )
    .addHelpText('after', examples('ilm report run-now Workday', 'ilm report run-now Workday --accept-report'));
  report
    .command('status')
    .description('where the cycle is')
    .argument(...instance)
    .option('--watch', 'print every change until Ctrl-C')
    .action(
      run(async (context, name: string | undefined, options: { readonly watch?: boolean }) =>
        (await cycle()).status(context, name, options),
      ),
    )
    .addHelpText('after', examples('ilm report status Workday --watch'));
  report
    .command('sample')
    .description('the first five entries as mapped profiles')
    .argument(...instance)
    .action(
      run(async (context, name: string | undefined) => (await import('./report-sample.js')).sample(context, name)),
    )
    .addHelpText('after', examples('ilm report sample Workday --json'));
  report
    .command('preview')
    .description('what the next cycle would do, writing nothing; with --report it needs no server')
    .argument(...instance)
    .option('--report <file>', 'a report document instead of a download')
    .option('--profiles <file>', 'profiles as `ilm profile export` writes them, instead of the stored ones')
    .option('--params <file>', 'settings of the instance (YAML or JSON), over those of ilm.yaml')
    .option('--now <instant>', 'ISO instant to reckon with, UTC unless it names a zone')
    .action(
      run(async (context, name: string | undefined, options: PreviewOptions) =>
        (await import('./preview.js')).preview(context, name, options),
      ),
    )
    .addHelpText(
      'after',
      examples(
        'ilm report preview Workday',
        'ilm report preview --report report.json --profiles profiles.json --params params.yaml --json',
      ),
    );
};

// A preview of files needs nothing of Temporal, whose modules take longest to load.
const cycle = async () => await import('./report-cycle.js');
