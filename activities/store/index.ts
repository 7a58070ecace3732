import { AccountOwners } from './account-owners.js';
import { ActionLedger } from './action-ledger.js';
import { Adoptions } from './adoptions.js';
import { CyclePlan } from './cycle-plan.js';
import { openDatabase } from './database.js';
import type { Database, DatabaseOptions } from './database.js';
import { Deactivations } from './deactivations.js';
import { Evidence } from './evidence.js';
import { GroupMembers } from './group-members.js';
import { Held } from './held.js';
import { HookChanges } from './hook-changes.js';
import { IamConfigurations } from './iam-configuration.js';
import { Incidents } from './incidents.js';
import { OktaEvents } from './okta-events.js';
import { People } from './people.js';
import { PersonCache } from './person-cache.js';
import { ReportCycles } from './report-cycles.js';
import { ReportSnapshots } from './report-snapshots.js';
import { TestUsers } from './test-users.js';

/** Everything that is stored, by topic. */
export interface Store {
  readonly database: Database;
  readonly people: People;
  readonly personCache: PersonCache;
  readonly accountOwners: AccountOwners;
  readonly incidents: Incidents;
  readonly evidence: Evidence;
  readonly cycles: ReportCycles;
  readonly snapshots: ReportSnapshots;
  readonly plan: CyclePlan;
  readonly held: Held;
  readonly ledger: ActionLedger;
  readonly groupMembers: GroupMembers;
  readonly adoptions: Adoptions;
  readonly testUsers: TestUsers;
  readonly hookChanges: HookChanges;
  readonly deactivations: Deactivations;
  readonly iamConfigurations: IamConfigurations;
  readonly oktaEvents: OktaEvents;
  close(): Promise<void>;
}

/** Opens the store and creates its indexes. Idempotent; safe while others do the same. */
export async function openStore(options: DatabaseOptions): Promise<Store> {
  const database = await openDatabase(options);
  const people = new People(database);
  const incidents = new Incidents(database);
  const evidence = new Evidence(database);
  const snapshots = new ReportSnapshots(database);
  const plan = new CyclePlan(database);
  const held = new Held(database, plan, evidence);
  const ledger = new ActionLedger(database);
  const groupMembers = new GroupMembers(database);
  const adoptions = new Adoptions(database);
  const deactivations = new Deactivations(database);
  const oktaEvents = new OktaEvents(database);
  const prepared = [
    people,
    incidents,
    evidence,
    snapshots,
    plan,
    held,
    ledger,
    groupMembers,
    adoptions,
    deactivations,
    oktaEvents,
  ];
  await Promise.all(prepared.map(async (store) => await store.prepare()));
  return {
    database,
    people,
    personCache: new PersonCache(people),
    accountOwners: new AccountOwners(database),
    incidents,
    evidence,
    cycles: new ReportCycles(database),
    snapshots,
    plan,
    held,
    ledger,
    groupMembers,
    adoptions,
    testUsers: new TestUsers(database),
    hookChanges: new HookChanges(database),
    deactivations,
    iamConfigurations: new IamConfigurations(database),
    oktaEvents,
    close: () => database.close(),
  };
}
