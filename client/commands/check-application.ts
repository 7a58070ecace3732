import { ConnectorError, ConnectorErrorKind } from '../../activities/connectors/types.js';
import type { ConnectionReport, RequestQuota, UserConnector } from '../../activities/connectors/types.js';
import type { Look } from './finding.js';

/** Tests one application's connection and tells what it learned on the way: rights, quota, and what to mind. */
export async function lookAtConnector(connector: UserConnector, brand: string): Promise<Look> {
  const report: ConnectionReport = (await connector.test()) ?? {};
  const { rights, quota, warnings = [] } = report;
  const notes = [
    brand,
    ...(rights === undefined ? [] : [`rights: ${rights.length === 0 ? 'none' : rights.join(', ')}`]),
    ...(quota === undefined ? [] : [quotaText(quota)]),
    ...warnings,
  ];
  const isAtRest = quota?.remaining !== 0 && warnings.length === 0;
  return { state: isAtRest ? 'ok' : 'warning', note: notes.join('; '), ...report };
}

function quotaText({ remaining, limit, resetsAt, what }: RequestQuota): string {
  const count = limit === undefined ? String(remaining) : `${remaining} of ${limit}`;
  return `${count} ${what} left${resetsAt === undefined ? '' : ` until ${resetsAt}`}`;
}

/** What to do about an application that could not be reached, where its error does not say so itself. */
export function remedyOf(error: unknown): string {
  if (!(error instanceof ConnectorError)) return 'Check its settings in ilm.yaml.';
  switch (error.kind) {
    case ConnectorErrorKind.RateLimited:
      return 'It takes requests again later; set requestsPerMinute to what it allows.';
    case ConnectorErrorKind.Transient:
      return 'Check that it is up and that its address in ilm.yaml is right.';
    default:
      return 'Check its settings in ilm.yaml.';
  }
}
