import { examples, ExitCode } from '../command.js';
import type { Registrar } from '../command.js';
import type { CommandContext } from '../context.js';
import { table } from '../output.js';
import type { Finding } from './finding.js';

/** `ilm check`: the configuration and every connection, with a remedy for whatever is wrong. */
export const registerCheck: Registrar = (command, run) => {
  command
    .option('--offline', 'the configuration only')
    .action(run(check))
    .addHelpText('after', examples('ilm check', 'ilm check --offline --config ./config'));
};

async function check(context: CommandContext, { offline = false }: { readonly offline?: boolean }): Promise<ExitCode> {
  const [{ checkedConfiguration }, { formatFault }] = await Promise.all([
    import('../../activities/configuration/instance-faults.js'),
    import('../../activities/configuration/faults.js'),
  ]);
  // Faults of the configuration throw here, all at once; what follows needs a valid one.
  const configuration = await checkedConfiguration(context.options.config, context.env);
  const findings: Finding[] = [
    { what: 'configuration', state: 'ok', note: `${configuration.directory} is valid` },
    ...(configuration.warnings ?? []).map((warning): Finding => ({
      what: 'configuration',
      state: 'warning',
      note: formatFault(warning),
    })),
  ];
  if (!offline) {
    const { lookAtConnections } = await import('./check-connections.js');
    findings.push(
      ...(await context.during('waiting for connections', () => lookAtConnections(context, configuration))),
    );
  }
  context.print(findings, () => textOf(findings));
  return findings.some(({ state }) => state === 'fault') ? ExitCode.Failed : ExitCode.Done;
}

const textOf = (findings: readonly Finding[]): string =>
  table(
    ['what', 'state', 'ms', 'note'],
    findings.map(({ what, state, milliseconds, note }) => [what, state, milliseconds, note]),
  );
