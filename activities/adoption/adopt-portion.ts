import { Context } from '@temporalio/activity';
import { NO_COUNTS, addCounts } from '../../domain/adoption.js';
import type { AdoptionCounts } from '../../domain/adoption.js';
import type { ActivityDependencies } from '../dependencies.js';
import { toApplicationFailure } from '../failures.js';
import { adoptPerson } from './adopt-person.js';
import type { AdoptionScope } from './adopt-person.js';
import { peopleOf } from './scope.js';

/** One portion of people in one application. */
export interface PortionRequest extends AdoptionScope {
  /** The person after whom the portion begins, in the order of ids; empty = the first. */
  readonly after: string;
  /** Only those who were busy when they were looked at. */
  readonly onlyBusy: boolean;
}

/** What a portion came to. */
export interface Portion {
  /** The last person of it. */
  readonly after: string;
  readonly isEnd: boolean;
  readonly counts: AdoptionCounts;
}

/** How far an attempt has come; the next one goes on there. */
type Reached = Pick<Portion, 'after' | 'counts'>;

const PORTION = 50;
const HEARTBEAT_MS = 5_000;

/**
 * Adopts one portion of people in one application, at half of its commands per second at most, so that incidents get on
 * meanwhile. Each person is stored when they are done; an attempt that ends early is followed by one that goes on with
 * the next person.
 *
 * @throws a retryable failure when the application does not answer, and another when it refuses everybody
 */
export async function adoptPortion(deps: ActivityDependencies, request: PortionRequest): Promise<Portion> {
  const heartbeatDetails: unknown = Context.current().info.heartbeatDetails;
  let reached = (heartbeatDetails as Reached | undefined) ?? { after: request.after, counts: NO_COUNTS };
  const tell = (): void => Context.current().heartbeat(reached);
  const timer = setInterval(tell, HEARTBEAT_MS);
  try {
    const personIds = await nextPeople(deps, request, reached.after);
    for (const personId of personIds) {
      const [outcome] = await Promise.all([adoptPerson(deps, request, personId), pause(deps, request.application)]);
      reached = { after: personId, counts: addCounts(reached.counts, { ...NO_COUNTS, [outcome]: 1 }) };
      tell();
    }
    return { ...reached, isEnd: personIds.length < PORTION };
  } catch (error) {
    throw toApplicationFailure(error);
  } finally {
    clearInterval(timer);
  }
}

async function nextPeople(
  deps: ActivityDependencies,
  { source, application, onlyBusy }: PortionRequest,
  after: string,
): Promise<string[]> {
  const { people, adoptions } = deps.store;
  return onlyBusy
    ? await adoptions.busy(source, application, after, PORTION)
    : await people.page(peopleOf(deps, source), after, PORTION);
}

/** The time that one person takes at the rate of adoption. */
async function pause(deps: ActivityDependencies, application: string): Promise<void> {
  const { commandsPerSecond } = deps.connectors.settingsOf(application);
  await Context.current().sleep((2 * 1_000) / commandsPerSecond);
}
