import type { Filter } from 'mongodb';
import { indexProfiles } from '../../domain/lookup.js';
import type { ProfileLookup } from '../../domain/lookup.js';
import type { UserProfile } from '../../domain/profile.js';
import { IncidentState, IncidentType } from '../../domain/incident.js';
import type { Store } from '../store/index.js';
import type { NewIncident } from '../store/incident-document.js';
import { proposalId, sourceKey } from '../store/person-document.js';
import type { PersonDocument } from '../store/person-document.js';
import { knownPerson } from './profile-stream.js';
import type { KnownPerson } from './profile-stream.js';

/** States of an incident that is not closed; the index on the state serves them. */
export const OPEN_INCIDENT_STATES: readonly IncidentState[] = Object.values(IncidentState).filter(
  (state) => state !== IncidentState.Closed,
);

const PROJECTION = { queue: 0, gone: 0, intents: 0, accounts: 0, applied: 0, begun: 0 };

/** The stored people that a few entries can be about, freshly read, and whoever shares a display name with them. */
export class PeoplePool {
  readonly #known = new Map<string, KnownPerson>();
  readonly #byProfile = new Map<UserProfile, KnownPerson>();
  /** Profiles to be, of hires that are on their way. */
  readonly #expected: UserProfile[] = [];
  #lookup: ProfileLookup | undefined;

  constructor(
    readonly store: Store,
    readonly source: string,
  ) {}

  /** Detection's view of the pool. A hire on its way is found by its name only. */
  get lookup(): ProfileLookup {
    if (this.#lookup !== undefined) return this.#lookup;
    const known = indexProfiles(
      [...this.#known.values()].map(({ profile }) => profile),
      this.source,
    );
    this.#lookup = {
      byEmail: known.byEmail,
      byEmployeeId: known.byEmployeeId,
      byDisplayName: (name) => [
        ...known.byDisplayName(name),
        ...this.#expected.filter(({ displayName }) => displayName === name),
      ],
    };
    return this.#lookup;
  }

  /** The record behind a profile that the look-up gave; `undefined` for a hire on its way. */
  personOf(profile: UserProfile | undefined): KnownPerson | undefined {
    return profile === undefined ? undefined : this.#byProfile.get(profile);
  }

  /** The permanent record of a person, when it was read and has a profile. */
  permanentOf(personId: string): KnownPerson | undefined {
    return this.#known.get(personId);
  }

  /** Reads whoever has one of these keys, with the proposals beside them. */
  async loadByKeys(keys: ReadonlyArray<{ readonly email: string; readonly employeeId: string }>): Promise<void> {
    const emails = keys.map(({ email }) => email);
    const sourceKeys = keys.map(({ employeeId }) => sourceKey(this.source, employeeId));
    const [byEmail, byKey] = await Promise.all([
      this.#find({ emailKey: { $in: emails } }),
      this.#find({ keys: { $in: sourceKeys } }),
    ]);
    const found = [...byEmail, ...byKey];
    const personIds = found.map(({ personId }) => personId);
    const beside = await this.#find({ _id: { $in: [...personIds, ...personIds.map(proposalId)] } });
    this.#add([...found, ...beside]);
  }

  /** Reads the permanent records of people and gives those that have a profile. */
  async loadByIds(personIds: readonly string[]): Promise<readonly KnownPerson[]> {
    this.#add(await this.#find({ _id: { $in: [...personIds] } }));
    return personIds.flatMap((personId) => this.#known.get(personId) ?? []);
  }

  /** Reads whoever uses one of these display names, and open hires that will. */
  async loadByNames(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    this.#add(await this.#find({ 'profile.displayName': { $in: [...names] } }));
    const hires = await this.store.incidents.collection
      .find({
        state: { $in: [...OPEN_INCIDENT_STATES] },
        type: IncidentType.NewHire,
        'userProfile.fields.displayName': { $in: [...names] },
      })
      .toArray();
    for (const hire of hires) this.expectHire(hire);
  }

  /** Counts the name of a hire as taken, before its profile exists. */
  expectHire({ personId, userProfile, source, employeeId }: NewIncident): void {
    this.#expected.push({
      ...userProfile.fields,
      ...(personId === null ? {} : { personId }),
      sourceKeys: [{ source: source.sourceOfTruth, employeeId }],
      // A permanent profile of the same name goes before it.
      isTemporaryUser: true,
    });
    this.#lookup = undefined;
  }

  async #find(filter: Filter<PersonDocument>): Promise<PersonDocument[]> {
    return await this.store.people.collection.find(filter, { projection: PROJECTION }).toArray();
  }

  #add(documents: readonly PersonDocument[]): void {
    for (const document of documents) {
      const person = this.#known.has(document._id) ? undefined : knownPerson(document);
      if (person === undefined) continue;
      this.#known.set(person.id, person);
      this.#byProfile.set(person.profile, person);
    }
    this.#lookup = undefined;
  }
}
