import type { Command } from 'commander';

import { examples } from '../command.js';
import type { Registrar, Runner } from '../command.js';
import type { SetOptions } from './okta-config-edit.js';
import type { OktaEventSignal } from './okta-events.js';

const WHICH = ['[okta-instance]', 'the Okta instance in ilm.yaml; the only one may be left out'] as const;

const SIGNALS: Readonly<Record<OktaEventSignal, string>> = {
  pause: 'let the polling stand still without losing events',
  resume: 'let a paused polling go on',
  'run-now': 'poll at once',
};

/**
 * `ilm okta config get|set|add|remove|apps|instances`: which application is connected to which instance;
 * `ilm okta events start|pause|resume|run-now|status`: the polling of the System Log.
 */
export const registerOkta: Registrar = (okta, run) => {
  const config = okta
    .command('config')
    .description(
      'IAM Configuration, which application is connected to which instance: get, set, add, remove, apps, instances',
    );
  registerViews(config, run);
  registerEdits(config, run);
  registerEvents(
    okta.command('events').description('polling of the System Log: start, pause, resume, run-now, status'),
    run,
  );
};

function registerEvents(events: Command, run: Runner): void {
  events
    .command('start')
    .description('follow the events of an Okta instance; a polling that runs goes on')
    .argument(...WHICH)
    .action(run(async (context, name?: string) => (await polling()).startEvents(context, name)))
    .addHelpText('after', examples('ilm okta events start Okta'));
  for (const [signal, text] of Object.entries(SIGNALS)) {
    events
      .command(signal)
      .description(text)
      .argument(...WHICH)
      .action(
        run(async (context, name?: string) => (await polling()).tellEvents(context, signal as OktaEventSignal, name)),
      )
      .addHelpText('after', examples(`ilm okta events ${signal} Okta`));
  }
  events
    .command('status')
    .description('where the polling is')
    .argument(...WHICH)
    .action(run(async (context, name?: string) => (await polling()).eventStatus(context, name)))
    .addHelpText('after', examples('ilm okta events status Okta'));
}

const polling = async () => await import('./okta-events.js');

function registerViews(config: Command, run: Runner): void {
  config
    .command('get')
    .description('the connected applications')
    .argument(...WHICH)
    .action(run(async (context, name?: string) => (await import('./okta-config.js')).showConfiguration(context, name)))
    .addHelpText('after', examples('ilm okta config get', 'ilm okta config get Okta --json > okta.json'));
  config
    .command('apps')
    .description('applications in Okta that can be connected')
    .argument(...WHICH)
    .action(run(async (context, name?: string) => (await import('./okta-config.js')).listApplications(context, name)))
    .addHelpText('after', examples('ilm okta config apps Okta'));
  config
    .command('instances')
    .description('instances that an application can be connected to')
    .argument(...WHICH)
    .action(run(async (context, name?: string) => (await import('./okta-config.js')).listInstances(context, name)))
    .addHelpText('after', examples('ilm okta config instances Okta'));
}

function registerEdits(config: Command, run: Runner): void {
  config
    .command('add')
    .description('connect an application to an instance')
    .argument(...WHICH)
    .requiredOption('--app <id>', "Okta's id of the application, as `ilm okta config apps` shows it")
    .requiredOption('--instance <name>', 'the instance in which its users get accounts')
    .action(
      run(async (context, name: string | undefined, options: { readonly app: string; readonly instance: string }) => {
        const { editByHand } = await import('./okta-config-edit.js');
        await editByHand(context, name, { kind: 'add', applicationId: options.app, instance: options.instance });
      }),
    )
    .addHelpText(
      'after',
      examples('ilm okta config add Okta --app 0oa1b2c3d4 --instance "Atlas Wiki" --as admin@example.com'),
    );
  config
    .command('remove')
    .description('take the connection of an instance away; accounts stay as they are')
    .argument(...WHICH)
    .requiredOption('--instance <name>', 'the instance')
    .action(
      run(async (context, name: string | undefined, { instance }: { readonly instance: string }) => {
        const { editByHand } = await import('./okta-config-edit.js');
        await editByHand(context, name, { kind: 'remove', instance });
      }),
    )
    .addHelpText('after', examples('ilm okta config remove Okta --instance "Atlas Wiki" --as admin@example.com'));
  config
    .command('set')
    .description('replace all connections at once')
    .argument(...WHICH)
    .requiredOption('--file <file>', 'JSON as `ilm okta config get --json` prints it; its version has to be in force')
    .action(
      run(async (context, name: string | undefined, options: SetOptions) => {
        const { setByHand } = await import('./okta-config-edit.js');
        await setByHand(context, name, options);
      }),
    )
    .addHelpText('after', examples('ilm okta config set Okta --file okta.json --as admin@example.com'));
}
