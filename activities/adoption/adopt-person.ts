import { adoptedAdStatus, contradictsAdStatus } from '../../domain/adoption.js';
import type { AdoptionOutcome } from '../../domain/adoption.js';
import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import type { AppUser } from '../connectors/types.js';
import type { ActivityDependencies } from '../dependencies.js';
import { profileChanges } from '../incidents/entry.js';
import { knownAccount } from '../known-account.js';
import type { AdoptionDocument, AdoptionFinding } from '../store/adoptions.js';
import { accountIn } from '../store/people.js';
import type { PersonChange } from '../store/people.js';
import type { PersonDocument } from '../store/person-document.js';
import { candidatesFor } from './candidates.js';

/** For whom, where and in whose name people are adopted. */
export interface AdoptionScope {
  /** Names this adoption's evidence; the same for all its runs. */
  readonly adoptionId: string;
  /** Workday instance whose people are adopted. */
  readonly source: string;
  readonly application: string;
  /** Opaque id of the person who started it. */
  readonly by: string;
}

/** What one look works with. */
interface Look {
  readonly deps: ActivityDependencies;
  readonly scope: AdoptionScope;
  readonly person: PersonDocument;
  readonly before: AdoptionDocument | null;
}

/** How often a person is looked at anew when their record changed meanwhile: adoption of another application does that. */
const MOST_LOOKS = 5;

/**
 * Correlates one person with one application, reading there only, and stores what is certain on the person's record:
 * the account id, and AD Account Status where the application is a directory. The write matches the version that was
 * read and only while nobody has the person's turn, so that it never meets an incident; then the outcome is `busy`.
 *
 * Repeating it is harmless: it finds the same again.
 *
 * @throws ConnectorError what is worth another try, and what would meet everybody
 */
export async function adoptPerson(
  deps: ActivityDependencies,
  scope: AdoptionScope,
  personId: string,
): Promise<AdoptionOutcome> {
  const before = await deps.store.adoptions.get(personId, scope.application);
  for (let looks = 1; ; looks += 1) {
    const person = await deps.store.people.get(personId);
    if (person === null) return 'unmatched';
    const look: Look = { deps, scope, person, before };
    const outcome = isBusy(person) || looks > MOST_LOOKS ? await busy(look) : await lookAt(look);
    if (outcome !== null) return outcome;
  }
}

/** Null = the record changed meanwhile, so that what was found may not hold. */
async function lookAt(look: Look): Promise<AdoptionOutcome | null> {
  const { deps, scope, person, before } = look;
  const known = knownAccount(person, scope.application);
  const isTrusted = known !== null && before?.isLearned !== true;
  const connector = deps.connectors.get(scope.application);
  const candidates = await candidatesFor(connector, person.profile ?? {}, known, isTrusted);
  if (candidates.kind === 'refused') {
    const { code, message } = candidates.error;
    return await found(look, { outcome: 'refused', errorCode: code, reason: message });
  }
  if (candidates.kind === 'ambiguous') return await leaveUndecided(look, [], candidates.error.message);
  const { accounts } = candidates;
  const [account] = accounts;
  const trusted = isTrusted ? accounts.find(({ id }) => id === known.id) : undefined;
  if (trusted !== undefined) {
    await isShared(look, trusted);
    return await match(look, trusted, true);
  }
  if (account === undefined) return await noAccount(look);
  const ids = accounts.map(({ id }) => id);
  if (ids.length > 1) return await leaveUndecided(look, ids, `${ids.length} accounts are found by different keys.`);
  return (await isShared(look, account)) ? await leaveUndecided(look, ids, SHARED) : await match(look, account, false);
}

const SHARED = 'The account could be that of another person, too.';

/** Whether an incident has the person, holding the turn or waiting for an answer. */
const isBusy = ({ queue, profile }: PersonDocument): boolean => queue.length > 0 || profile?.isProcessed === true;

interface Finding {
  readonly outcome: AdoptionOutcome;
  readonly accountIds?: readonly string[];
  readonly isLearned?: boolean;
  readonly contradicts?: boolean;
  readonly errorCode?: string;
  readonly reason?: string;
}

/** Notes what was found. Being busy changes nothing of what was learned before. */
async function found({ deps, scope, person, before }: Look, finding: Finding): Promise<AdoptionOutcome> {
  const { adoptionId, source, application } = scope;
  const document: AdoptionFinding = {
    personId: person.personId,
    adoptionId,
    source,
    application,
    accountIds: before?.accountIds ?? [],
    isLearned: before?.isLearned ?? false,
    at: deps.clock.now().toISOString(),
    ...finding,
  };
  await deps.store.adoptions.put(document);
  return finding.outcome;
}

async function match(look: Look, account: AppUser, isTrusted: boolean): Promise<AdoptionOutcome | null> {
  const { deps, scope, person, before } = look;
  const { profile = {} } = person;
  const known = knownAccount(person, scope.application);
  const isDirectory = deps.connectors.brandOf(scope.application) === ACTIVE_DIRECTORY_BRAND;
  const status = isDirectory ? adoptedAdStatus(profile, account.active) : undefined;
  const change: PersonChange = {
    ...(status === undefined ? {} : { set: { adAccountStatus: status } }),
    accounts: {
      [scope.application]: {
        id: account.id,
        username: account.username,
        undecidedSince: null,
        // Facts about another account would say that this one has its first password.
        ...(known !== null && known.id !== account.id
          ? { createdAt: null, initialisedAt: null, deliveredAt: null }
          : {}),
      },
    },
  };
  const isNews = status !== undefined || !isKnown(look, account);
  if (isNews && !(await write(look, change))) return null;
  if (!isTrusted) await leaveEvidence(look, 'matched', [account.id], change);
  return await found(look, {
    outcome: isTrusted && before?.outcome === 'decided' ? 'decided' : 'matched',
    accountIds: [account.id],
    isLearned: !isTrusted,
    ...(isDirectory ? { contradicts: contradictsAdStatus(profile, account.active) } : {}),
  });
}

/** Whether the record says all that a look has found. */
function isKnown({ person, scope }: Look, { id, username }: AppUser): boolean {
  const facts = accountIn(person, scope.application);
  return facts?.id === id && (facts.username ?? null) === username && facts.undecidedSince === undefined;
}

/** An id that was learned and leads nowhere any more is forgotten; one of a command's making stays for its next look-up. */
async function noAccount(look: Look): Promise<AdoptionOutcome | null> {
  const { scope, before } = look;
  const forgotten = before?.isLearned === true ? { id: null, username: null } : {};
  const change = { accounts: { [scope.application]: { ...forgotten, undecidedSince: null } } };
  if (hasAccount(look) && !(await write(look, change))) return null;
  return await found(look, { outcome: 'unmatched', accountIds: [], isLearned: false });
}

const hasAccount = ({ person, scope }: Look): boolean => accountIn(person, scope.application) !== undefined;

/** Whether the account was found for somebody else, too, in this adoption or with certainty before it. */
async function isShared({ deps, scope, person }: Look, { id }: AppUser): Promise<boolean> {
  const { adoptionId, application } = scope;
  const others = await deps.store.adoptions.othersWith(person.personId, { adoptionId, application, accountId: id });
  for (const other of others) await doubt(deps, scope, other, id);
  return others.length > 0;
}

/** Takes back what another person had learned about the same account; what a command or a person knew stands. */
async function doubt(
  deps: ActivityDependencies,
  scope: AdoptionScope,
  other: AdoptionDocument,
  accountId: string,
): Promise<void> {
  if (!other.isLearned) return;
  for (let looks = 1; ; looks += 1) {
    const person = await deps.store.people.get(other.personId);
    if (person === null) return;
    const look: Look = { deps, scope, person, before: other };
    const isLast = isBusy(person) || looks > MOST_LOOKS;
    if ((isLast ? await busy(look) : await leaveUndecided(look, [accountId], SHARED)) !== null) return;
  }
}

/** Nothing is written in the application for this person until somebody has decided. */
async function leaveUndecided(
  look: Look,
  accountIds: readonly string[],
  reason: string,
): Promise<AdoptionOutcome | null> {
  const { deps, scope, person, before } = look;
  const undecidedSince = accountIn(person, scope.application)?.undecidedSince ?? deps.clock.now().toISOString();
  const forgotten = before?.isLearned === true ? { id: null, username: null } : {};
  const change = { accounts: { [scope.application]: { ...forgotten, undecidedSince } } };
  if (!(await write(look, change))) return null;
  await leaveEvidence(look, 'ambiguous', accountIds, change);
  return await found(look, { outcome: 'ambiguous', accountIds, isLearned: false, errorCode: 'AmbiguousUser', reason });
}

const busy = async (look: Look): Promise<AdoptionOutcome> =>
  await found(look, { outcome: 'busy', reason: 'An incident works on the person.' });

const write = async ({ deps, person }: Look, change: PersonChange): Promise<boolean> =>
  await deps.store.people.writeWhileFree(person.personId, person.version, change);

/** One document per adoption, application and person, so that a repeat adds nothing. */
async function leaveEvidence(
  { deps, scope, person }: Look,
  outcome: AdoptionOutcome,
  accountIds: readonly string[],
  { set = {} }: PersonChange,
): Promise<void> {
  const { adoptionId, application, by } = scope;
  const { profile = {}, personId } = person;
  await deps.store.evidence.append([
    {
      _id: `${adoptionId}/${application}/${personId}/${outcome}`,
      at: deps.clock.now().toISOString(),
      kind: 'command',
      phase: 'done',
      personId,
      cause: `adoption, started by ${by}`,
      instance: application,
      brand: deps.connectors.brandOf(application),
      action: 'adopt',
      changes: profileChanges(profile, { ...profile, ...set }),
      outcome: { outcome, accountIds },
    },
  ]);
}
