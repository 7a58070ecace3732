import type { LoadedConfiguration } from '../configuration/types.js';
import type { IncidentDocument } from '../store/incident-document.js';
import { link } from './layout.js';

/** A link to the run, when the configuration says where runs can be seen. */
export function runLink({ ilm }: LoadedConfiguration, incident: Pick<IncidentDocument, 'run'>): string {
  const { linkBaseUrl } = ilm.mail;
  if (linkBaseUrl === undefined || incident.run === undefined) return '';
  const address = `${linkBaseUrl.replace(/\/$/, '')}/workflows/${encodeURIComponent(incident.run.workflowId)}`;
  return link(address, 'Open the run');
}
