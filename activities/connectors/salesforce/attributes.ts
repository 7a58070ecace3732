import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { flatText } from '../flat.js';
import { compileRules } from './rules.js';
import type { OutgoingMap } from '../maps.js';
import type { AppAttributes } from '../types.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { SalesforceSettings } from './settings.js';

/** What a person's account is to hold, by map, rules and settings. */
export interface SalesforceAttributes {
  /** Keys by which the account is found; empty where the map gives none. */
  keysOf(profile: UserProfile): Promise<{ readonly Username?: string; readonly Email?: string }>;
  /** @throws ConnectorError of kind `Validation` that names a required field without a value */
  forCreation(profile: UserProfile): Promise<AppAttributes>;
  /**
   * Without status and alias. The username only where it differs between `old` and `profile`, and likewise what the rules
   * choose: people change both in Salesforce, too.
   */
  forUpdate(profile: UserProfile, old?: UserProfile): Promise<AppAttributes>;
}

/** Fields without which Salesforce makes no user. */
const REQUIRED = [
  'Username',
  'LastName',
  'Email',
  'Alias',
  'ProfileId',
  'TimeZoneSidKey',
  'LocaleSidKey',
  'EmailEncodingKey',
  'LanguageLocaleKey',
] as const;

/** Where the value of a required field comes from when the map has none. */
const SETTING_OF: Readonly<Record<string, string>> = {
  ProfileId: 'settings.profileId',
  TimeZoneSidKey: 'settings.timeZone',
};

/** `Name` is put together by Salesforce; the rest has commands of its own. */
const NEVER_SENT: ReadonlySet<string> = new Set(['Name', 'Id', 'IsActive']);

/** Compiles rules and suffix; no I/O. */
export function salesforceAttributes(settings: SalesforceSettings, outgoing: OutgoingMap): SalesforceAttributes {
  const profileId = compileRules(settings.profileId, 'settings.profileId');
  const timeZone = compileRules(settings.timeZone, 'settings.timeZone');

  const mapped = async (profile: UserProfile, mode: 'create' | 'update'): Promise<AppAttributes> => {
    const attributes = await outgoing.map(profile, mode);
    const sent = Object.entries(attributes).filter(([name]) => !NEVER_SENT.has(name));
    return Object.fromEntries(sent.map(([name, value]) => [name, name === 'Username' ? suffixed(value) : value]));
  };
  const suffixed = (username: unknown): unknown => {
    const { usernameSuffix: suffix = '' } = settings;
    return typeof username !== 'string' || username.endsWith(suffix) ? username : `${username}${suffix}`;
  };
  const chosen = async (profile: UserProfile): Promise<AppAttributes> => ({
    ProfileId: await profileId.valueFor(profile),
    TimeZoneSidKey: await timeZone.valueFor(profile),
  });

  return {
    keysOf: async (profile) => {
      const { Username, Email } = await mapped(profile, 'create');
      const keys = Object.entries({ Username: flatText(Username), Email: flatText(Email) });
      return Object.fromEntries(keys.filter(([, value]) => value !== undefined));
    },
    forCreation: async (profile) => {
      const attributes = {
        LocaleSidKey: settings.locale,
        EmailEncodingKey: settings.emailEncoding,
        LanguageLocaleKey: settings.language,
        ...(await chosen(profile)),
        ...(await mapped(profile, 'create')),
      };
      assertComplete(attributes, outgoing.name);
      return { ...attributes, IsActive: true };
    },
    forUpdate: async (profile, old) => {
      const { Alias: _alias, Username: username, ...rest } = await mapped(profile, 'update');
      if (old === undefined) return rest;
      const before = await mapped(old, 'update');
      const rules = changed(await chosen(profile), await chosen(old));
      return { ...rules, ...rest, ...changed({ Username: username }, before) };
    },
  };
}

/** The values of `now` that are there and differ from those of `before`, where there was one. */
function changed(now: AppAttributes, before: AppAttributes): AppAttributes {
  return Object.fromEntries(
    Object.entries(now).filter(([name, value]) => {
      const former = flatText(before[name]);
      return flatText(value) !== undefined && former !== undefined && former !== value;
    }),
  );
}

function assertComplete(attributes: AppAttributes, mapper: string): void {
  const missing = REQUIRED.filter((name) => flatText(attributes[name]) === undefined);
  if (missing.length === 0) return;
  const [first = ''] = missing;
  const setting = SETTING_OF[first];
  const remedy =
    setting === undefined
      ? `map ${first} in mapper ${mapper} and see that the profile holds a value for it`
      : `add a rule that fits this person, or a default, to ${setting}`;
  throw new ConnectorError(
    ConnectorErrorKind.Validation,
    `A Salesforce user needs ${missing.join(', ')}, which this person would be without; ${remedy}.`,
    { code: 'REQUIRED_FIELD_MISSING' },
  );
}
