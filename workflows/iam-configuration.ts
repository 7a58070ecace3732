import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  log,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';

import { choosesNothing, connectionsOf } from '../domain/okta/iam-configuration.js';
import type { ConfigurationEdit, EditGiven, EditOutcome, OktaApplication } from '../domain/okta/iam-configuration.js';
import type { ConfigurationInForce } from '../activities/iam-configuration/index.js';
import { checkEditGiven } from './edit-shape.js';
import { editConfigurationUpdate, iamConfigurationQuery, refreshSignal } from './messages.js';
import type { IamConfigurationView } from './messages.js';
import { iamConfigurationActivities, oktaApplicationActivities } from './proxies.js';

/** Which Okta instance's configuration a form is for. */
export interface IamConfigurationInput {
  readonly v: 1;
  readonly okta: string;
  /** Tests end a run sooner. */
  readonly maxHistoryLength?: number;
}

const MAX_HISTORY_LENGTH = 1_000;

/**
 * IAM - Configuration: the form in which the applications of one Okta instance are connected to instances (guide, *IAM
 * Configuration*). It stays open; there is one per Okta instance, as its id says, and a new run closes the older.
 *
 * Answers the update `edit`, one after another, the query `iamConfiguration` and the signal `refresh`. Ended only by
 * cancelling it; what was edited lies in the store, so that the next form goes on there.
 */
export async function iamConfiguration(input: IamConfigurationInput): Promise<void> {
  await new Form(input).run();
}

/** An edit that waits for its turn, or for its sender to take its outcome. */
interface PendingEdit {
  readonly given: EditGiven;
  outcome?: EditOutcome;
}

class Form {
  readonly #pending: PendingEdit[] = [];
  #inForce: ConfigurationInForce | undefined;
  #isRefreshRequested = false;

  constructor(private readonly input: IamConfigurationInput) {
    setHandler(editConfigurationUpdate, (given) => this.#answer(given), {
      validator: (given: unknown) => checkEditGiven(input.okta, given),
    });
    setHandler(iamConfigurationQuery, () => this.#view());
    setHandler(refreshSignal, () => {
      this.#isRefreshRequested = true;
    });
    setDefaultSignalHandler((name) => log.warn('an unknown signal was ignored', { name }));
  }

  async run(): Promise<void> {
    this.#inForce = await iamConfigurationActivities.readIamConfiguration({ okta: this.input.okta });
    for (;;) {
      setCurrentDetails(helpText(this.#view()));
      await condition(() => this.#pending.length > 0 || this.#mustContinue());
      const [next] = this.#pending;
      if (next !== undefined) await this.#settle(next);
      else if (allHandlersFinished()) break;
      else await condition(() => this.#pending.length > 0 || allHandlersFinished());
    }
    await continueAsNew<typeof iamConfiguration>(this.input);
  }

  async #answer(given: EditGiven): Promise<EditOutcome> {
    const pending: PendingEdit = { given };
    this.#pending.push(pending);
    await condition(() => pending.outcome !== undefined);
    return pending.outcome as EditOutcome;
  }

  async #settle(pending: PendingEdit): Promise<void> {
    const outcome = await this.#outcomeOf(pending.given);
    if (outcome.kind !== 'refused') this.#inForce = { version: outcome.version, rows: outcome.rows };
    pending.outcome = outcome;
    this.#pending.shift();
  }

  async #outcomeOf({ edit, by }: EditGiven): Promise<EditOutcome> {
    const { okta } = this.input;
    const { version, rows } = this.#view();
    const inForce = { version: version ?? 0, rows };
    if (choosesNothing(edit)) return { kind: 'unchanged', ...inForce };
    const reasons = await iamConfigurationActivities.checkIamConfigurationEdit({ okta, edit });
    if (reasons.length > 0) return { kind: 'refused', version: inForce.version, reasons };
    const found = await findApplications(okta, edit);
    if ('reason' in found) return { kind: 'refused', version: inForce.version, reasons: [found.reason] };
    const editId = `${okta}/${uuid4()}`;
    return await iamConfigurationActivities.storeIamConfigurationEdit({ okta, edit, editId, by, known: found.known });
  }

  #mustContinue(): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    const longest = this.input.maxHistoryLength ?? MAX_HISTORY_LENGTH;
    return this.#isRefreshRequested || continueAsNewSuggested || historyLength >= longest;
  }

  #view(): IamConfigurationView {
    const { version = null, rows = [] } = this.#inForce ?? {};
    return { okta: this.input.okta, version, rows };
  }
}

/** What Okta says of the applications that an edit connects, or why it could not be asked. */
async function findApplications(
  okta: string,
  edit: ConfigurationEdit,
): Promise<{ readonly known: readonly OktaApplication[] } | { readonly reason: string }> {
  const applicationIds = connectionsOf(edit).map(({ applicationId }) => applicationId);
  if (applicationIds.length === 0) return { known: [] };
  try {
    return { known: await oktaApplicationActivities(okta).findOktaApplications({ okta, applicationIds }) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const cause = error instanceof ActivityFailure ? error.cause : error;
    return { reason: `Okta could not be asked: ${cause instanceof Error ? cause.message : 'no answer'}` };
  }
}

const helpText = ({ okta, version, rows }: IamConfigurationView): string =>
  [
    `Connects applications of **${okta}** to the instances in which their users get accounts, one instance each.`,
    `Version ${version ?? 0} is in force, with ${rows.length} connected applications.`,
    'Edit it with `ilm okta config add`, `remove` or `set`; see it with `ilm okta config get`.',
  ].join('\n\n');
