import type { OpenRequest } from '../activities/incidents/open.js';
import type { CommandOutcome, Opened, ProvisioningPlan } from '../domain/playbook.js';
import type { OutgoingMail } from './mail-delivery.js';

/** What distinguishes one kind of incident from another: how it is entered and what it does in its turn. */
export interface Playbook {
  open(request: OpenRequest): Promise<Opened>;
  provision(plan: ProvisioningPlan): Promise<CommandOutcome[]>;
  /** Mails about what an entry came to, beside those about successes that every playbook sends. */
  mails?(plan: ProvisioningPlan, outcomes: readonly CommandOutcome[]): OutgoingMail[];
}
