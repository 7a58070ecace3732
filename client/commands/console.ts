import { examples } from '../command.js';
import type { Registrar } from '../command.js';
import type { CommandContext } from '../context.js';
import { CommandFailed } from '../faults.js';

/** `ilm console`: serves the decision page until it is told to end. */
export const registerConsole: Registrar = (command, run) => {
  command
    .option('--listen <host:port>', 'instead of console.listen of ilm.yaml')
    .action(run(serve))
    .addHelpText('after', examples('ilm console', 'ilm console --listen 0.0.0.0:8090'));
};

async function serve(context: CommandContext, options: { readonly listen?: string }): Promise<void> {
  const [{ watchConfiguration }, { startConsole }] = await Promise.all([
    import('../../activities/configuration/watch.js'),
    import('../console/server.js'),
  ]);
  const configuration = watchConfiguration(context.options.config, context.env, (line) => context.progress(line));
  const settings = configuration.current().ilm.console;
  const lacking = [
    ...(settings.publicUrl === undefined ? ['console.publicUrl (or ILM_CONSOLE_URL)'] : []),
    ...(settings.tokenKey === undefined ? ['console.tokenKey (or ILM_TOKEN_KEY)'] : []),
  ];
  if (lacking.length > 0) {
    throw new CommandFailed(`The page has no links to serve: set ${lacking.join(' and ')}, for the workers as well.`);
  }
  const [store, client] = await Promise.all([context.store(), context.client()]);
  const page = await startConsole({ configuration, store, client }, options.listen ?? settings.listen, (error) =>
    context.progress(error instanceof Error ? error.message : String(error)),
  );
  context.print({ url: page.url, publicUrl: settings.publicUrl }, `The decision page listens at ${page.url}`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await page.stop();
}
