import type { FinishRequest, ReleaseRequest } from '../activities/incidents/finish.js';
import type { OpenRequest } from '../activities/incidents/open.js';
import type { CommandOutcome, Finished, Opened, ProvisioningPlan } from '../domain/playbook.js';
import type { OutgoingMail } from './mail-delivery.js';

/** What distinguishes one kind of incident from another: how it is entered and what it does in its turn. */
export interface Playbook {
  open(request: OpenRequest): Promise<Opened>;
  provision(plan: ProvisioningPlan): Promise<CommandOutcome[]>;
  /** Ends an entry in the place of the steps 18 to 22 of Sync User. */
  finish?(request: FinishRequest): Promise<Finished>;
  /** Gives the turn back in the middle of an incident, in the place of what others do. */
  release?(request: ReleaseRequest): Promise<void>;
  /** Mails about what an entry came to, beside those about successes that every playbook sends. */
  mails?(plan: ProvisioningPlan, outcomes: readonly CommandOutcome[]): OutgoingMail[];
}
