import { CloseReason } from '../../domain/incident.js';
import type { Opened } from '../../domain/playbook.js';
import { closeDropping, closeKeeping } from './closing.js';
import type { Entry } from './entry.js';

/** Halts before anything is provisioned (H1); answered `close`, what the incident created goes. */
export async function haltOrDrop(entry: Entry, question: string): Promise<Opened> {
  return entry.answer('H1')?.option === 'close'
    ? await closeDropping(entry, CloseReason.ClosedByPerson)
    : await entry.ask('H1', question);
}

/** Halts at a playbook that this version does not have; answered `close`, the profile stays as it is and is free. */
export async function playbookNotBuilt(entry: Entry): Promise<Opened> {
  if (entry.answer('NotBuilt')?.option === 'close') return await closeKeeping(entry, CloseReason.ClosedByPerson);
  return await entry.ask(
    'NotBuilt',
    `The playbook of ${entry.incident.type} is not part of this version. The incident waits and keeps the event; ` +
      'retry it after an upgrade, or carry it out by hand and close it.',
  );
}
