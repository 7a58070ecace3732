import { generatePassword } from '../../../activities/passwords.js';
import { openDirectory } from './directory.js';
import { startLdapRelay } from './ldap-relay.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { AccountSeen, ContractApplication } from '../contract-application.js';
import type { ContractTarget } from '../contract.js';
import type { Controller } from './directory.js';

/** The directory connector against a domain controller, through a relay that counts writes and loses answers. */
export function directoryTarget(
  name: string,
  controller: () => Promise<Controller | { readonly unavailable: string }>,
): ContractTarget {
  return {
    name,
    simulated: null,
    open: async () => {
      const found = await controller();
      return 'unavailable' in found ? found : openApplication(found);
    },
  };
}

async function openApplication(running: Controller): Promise<ContractApplication> {
  const directory = await openDirectory(running);
  const relay = await startLdapRelay({ url: running.ad.AD_LDAPS_URL, ca: running.ca });
  const connector = directory.connect({ settings: { url: relay.url }, ca: relay.ca });
  return {
    connector,
    createsActive: false,
    prefersActive: false,
    sharesKeys: true,
    person: directory.person,
    seed: (profile, { active, sharing }) =>
      directory.add(attributesOf({ ...profile, employeeId: (sharing ?? profile).employeeId ?? '' }), {
        flags: active ? 512 : 514,
      }),
    prepareLogon: (id) => connector.setInitialPassword(id, generatePassword(), { mustChange: false }),
    accountsOf: async ({ email }) => (await directory.entries('mail', (email ?? '').replace('+', '\\2b'))).map(toSeen),
    writes: () => relay.writes.length,
    faults: { loseNextCreation: () => relay.loseNext('add') },
    close: async () => {
      await directory.close();
      await relay.close();
    },
  };
}

function attributesOf(profile: UserProfile): Record<string, string> {
  const pairs: readonly (readonly [string, unknown])[] = [
    ['mail', profile.email],
    ['userPrincipalName', profile.username],
    ['employeeID', profile.employeeId],
    ['givenName', profile['givenName']],
    ['sn', profile['surname']],
    ['displayName', profile.displayName],
    ['title', profile['title']],
  ];
  return Object.fromEntries(
    pairs.flatMap(([key, value]) => (typeof value === 'string' && value !== '' ? [[key, value]] : [])),
  );
}

function toSeen(entry: Record<string, unknown>): AccountSeen {
  const text = (name: string): string | undefined => (typeof entry[name] === 'string' ? entry[name] : undefined);
  return {
    id: text('guid') ?? '',
    username: text('sAMAccountName') ?? '',
    email: text('mail') ?? '',
    active: (Number(text('userAccountControl')) & 2) === 0,
    surname: text('sn') ?? '',
    phone: text('mobile'),
    title: text('title'),
  };
}
