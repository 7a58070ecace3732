import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import type { ConnectorRegistry } from '../../activities/connectors/registry.js';
import { createMailer } from '../../activities/mailer.js';
import { loadPasswordGenerator, passwordFault } from '../../activities/passwords.js';
import { IncidentState } from '../../domain/incident.js';
import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import { missingSearchAttributes, registerCommand } from '../../worker/temporal.js';
import type { CommandContext } from '../context.js';
import { lookAtConnector, remedyOf } from './check-application.js';
import { lookAtCycle } from './check-cycle.js';
import { lookAtReport } from './check-report.js';
import type { Finding, Look } from './finding.js';

/** Looks at Temporal, MongoDB, the mail server, every report, its cycle, and every enabled application, all at once. */
export async function lookAtConnections(
  context: CommandContext,
  configuration: LoadedConfiguration,
): Promise<readonly Finding[]> {
  const { workday, instances } = configuration.ilm;
  const found = await Promise.all([
    timed('Temporal', '', () => lookAtTemporal(context)),
    timed('MongoDB', '', () => lookAtStore(context)),
    timed('mail server', 'Check mail.smtpUrl in ilm.yaml.', () => lookAtMail(configuration)),
    ...workday.map((instance) => timed(`report ${instance.name}`, '', () => lookAtReport(configuration, instance))),
    ...workday.map(({ name }) => timed(`cycle ${name}`, '', () => lookAtCycle(context, name))),
    ...instances
      .filter(({ enabled }) => enabled)
      .map(({ name }) => timed(name, remedyOf, () => lookAtApplication(context, configuration, name))),
  ]);
  return found.flat();
}

/** Times a look; what it throws becomes a fault with the given remedy. */
async function timed(
  what: string,
  remedy: string | ((error: unknown) => string),
  work: () => Promise<readonly Look[]>,
): Promise<Finding[]> {
  const began = performance.now();
  const elapsed = (): number => Math.round(performance.now() - began);
  try {
    const found = await work();
    const milliseconds = elapsed();
    return found.map((look, index) => ({ what, ...(index === 0 ? { milliseconds } : {}), ...look }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const advice = typeof remedy === 'string' ? remedy : remedy(error);
    return [{ what, state: 'fault', milliseconds: elapsed(), note: `${reason} ${advice}`.trim() }];
  }
}

const ok = (note: string): Look => ({ state: 'ok', note });

async function lookAtTemporal(context: CommandContext): Promise<Look[]> {
  const client = await context.client();
  const { namespace } = client.options;
  const missing = await missingSearchAttributes(client);
  if (missing.length === 0) return [ok(`namespace ${namespace}, search attributes registered`)];
  const remedy = `Run: ${registerCommand(missing, namespace)}`;
  return [{ state: 'fault', note: `Search attributes are not registered: ${missing.join(', ')}. ${remedy}` }];
}

async function lookAtStore(context: CommandContext): Promise<Look[]> {
  const { people, incidents } = await context.store();
  const profiles = await people.collection.countDocuments({ profile: { $exists: true } });
  const open = await incidents.collection.countDocuments({ state: { $ne: IncidentState.Closed } });
  if (profiles > 0) return [ok(`${profiles} profiles, ${open} open incidents`)];
  return [
    {
      state: 'warning',
      note:
        'No profile is stored. The first run of a report only makes profiles and opens no incident; start it with ' +
        '`ilm report start`.',
    },
  ];
}

async function lookAtMail({ ilm }: LoadedConfiguration): Promise<Look[]> {
  const { smtpUrl, from } = ilm.mail;
  const mailer = createMailer({ smtpUrl, from });
  try {
    await mailer.verify();
    return [ok('takes mail')];
  } finally {
    await mailer.close();
  }
}

async function lookAtApplication(
  context: CommandContext,
  configuration: LoadedConfiguration,
  name: string,
): Promise<Look[]> {
  const connectors = await context.connectors();
  const brand = connectors.brandOf(name);
  return [
    await lookAtConnector(connectors.get(name), brand),
    ...(brand === ACTIVE_DIRECTORY_BRAND ? await lookAtPasswords(connectors, configuration, name) : []),
  ];
}

/** Whether the configured generator makes passwords that the domain takes (guide, *Why does user creation fail?*). */
async function lookAtPasswords(
  connectors: ConnectorRegistry,
  { directory, ilm }: LoadedConfiguration,
  name: string,
): Promise<Look[]> {
  const policy = await connectors.directory(name).readPasswordPolicy();
  const context = { accountName: 'robin.joiner', displayName: 'Robin Joiner', policy };
  const generate = await loadPasswordGenerator(ilm.playbooks.passwordGenerator, directory);
  const fault = passwordFault(await generate(context), context);
  if (fault === null) return [];
  return [
    { state: 'fault', note: `A password of the generator ${fault}. Correct playbooks.passwordGenerator in ilm.yaml.` },
  ];
}
