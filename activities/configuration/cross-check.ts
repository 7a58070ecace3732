import { Cron } from 'croner';

import { datePatternFault, isTimeZone } from '../../domain/dates.js';
import { compileMapper, mapperSchema } from '../../domain/mapping.js';
import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import type { ConfigurationFault } from './faults.js';
import type { LoadedConfiguration } from './types.js';

type Fault = Omit<ConfigurationFault, 'severity' | 'file'>;

/** What a schema cannot see: names that must exist, values that only make sense together. */
export function crossCheck(loaded: LoadedConfiguration): ConfigurationFault[] {
  return [
    ...workday(loaded).map((fault) => error('ilm.yaml', fault)),
    ...instances(loaded).map((fault) => error('ilm.yaml', fault)),
    ...mappers(loaded),
    ...names(loaded).map((fault) => error('ilm.yaml', fault)),
    ...warnings(loaded),
  ];
}

const error = (file: string, fault: Fault): ConfigurationFault => ({ severity: 'error', file, ...fault });

function workday({ ilm, mappers: files }: LoadedConfiguration): Fault[] {
  return ilm.workday.flatMap((instance, index) => {
    const at = (field: string): string => `workday.${index}.${field}`;
    const zone = instance.timeZone ?? ilm.timeZone;
    const { schedule } = instance;
    return [
      ...(isTimeZone(zone)
        ? []
        : [{ path: at('timeZone'), problem: `'${zone}' is no time zone`, remedy: 'write one such as Europe/Berlin' }]),
      ...(datePatternFault(instance.workdayDateFormat) === null
        ? []
        : [
            {
              path: at('workdayDateFormat'),
              problem: `'${instance.workdayDateFormat}' is no date pattern`,
              remedy: 'write a strptime pattern with day, month and year, such as %m/%d/%Y',
            },
          ]),
      ...(instance.mapper in files
        ? []
        : [
            {
              path: at('mapper'),
              problem: `there is no file '${instance.mapper}'`,
              remedy: 'name a file below mappers/',
            },
          ]),
      ...('cron' in schedule && !isCron(schedule.cron, schedule.timeZone)
        ? [
            {
              path: at('schedule'),
              problem: `'${schedule.cron}' is no cron expression`,
              remedy: 'write one such as 0 6 * * 1-5',
            },
          ]
        : []),
    ];
  });
}

function isCron(expression: string, timezone: string): boolean {
  try {
    new Cron(expression, { timezone, paused: true }).stop();
    return true;
  } catch {
    return false;
  }
}

function instances(loaded: LoadedConfiguration): Fault[] {
  return loaded.ilm.instances.flatMap((instance, index) => {
    const at = (field: string): string => `instances.${index}.${field}`;
    const missing = (['mapperIn', 'mapperOut'] as const).flatMap((which) => {
      const file = instance[which];
      return file === undefined || file in loaded.mappers
        ? []
        : [{ path: at(which), problem: `there is no file '${file}'`, remedy: 'name a file below mappers/' }];
    });
    return [...missing, ...(instance.brand === ACTIVE_DIRECTORY_BRAND ? directory(loaded, instance, at) : [])];
  });
}

/** The two mistakes that make every account creation fail (guide, *Why does user creation fail in Active Directory?*). */
function directory(
  { mappers: files }: LoadedConfiguration,
  instance: LoadedConfiguration['ilm']['instances'][number],
  at: (field: string) => string,
): Fault[] {
  const { url, startTls } = instance.settings;
  const isPlain = typeof url === 'string' && url.startsWith('ldap://') && startTls !== true;
  const mapper = instance.mapperOut === undefined ? undefined : files[instance.mapperOut];
  const hasUnit = typeof mapper === 'object' && mapper !== null && ('ou' in mapper || 'dn' in mapper);
  return [
    ...(isPlain
      ? [
          {
            path: at('settings.url'),
            problem: 'Active Directory takes no password over an unencrypted connection',
            remedy: 'use ldaps:// (port 636), or set startTls: true',
          },
        ]
      : []),
    ...(hasUnit
      ? []
      : [
          {
            path: at('mapperOut'),
            problem: 'no rule yields the organizational unit of a new account',
            remedy: 'add an `ou` rule with the full DN of a container to the outgoing mapper',
          },
        ]),
  ];
}

function mappers(loaded: LoadedConfiguration): ConfigurationFault[] {
  return Object.entries(loaded.mappers).flatMap(([file, definition]) => {
    try {
      compileMapper(mapperSchema.parse(definition), { name: file });
      return [];
    } catch (fault) {
      const problem = fault instanceof Error ? fault.message.replace(/\.$/, '') : 'is no mapper';
      return [error(file, { path: '', problem, remedy: 'see docs/configuration.md, Mappers' })];
    }
  });
}

function names({ ilm, templates }: LoadedConfiguration): Fault[] {
  const templateInputs = [
    'managerEmailHtmlList',
    'serviceDeskEmailHtmlList',
    'notificationEmailHtmlList',
    'welcomeEmailHtmlList',
  ] as const;
  return [
    ...repeated('workday', ilm.workday),
    ...repeated('instances', ilm.instances),
    ...repeated(
      'people',
      ilm.people.map(({ id }) => ({ name: id })),
    ),
    ...templateInputs.flatMap((input) => {
      const name = ilm.playbooks[input];
      return name === undefined || name in templates
        ? []
        : [
            {
              path: `playbooks.${input}`,
              problem: `there is no template '${name}'`,
              remedy: 'add it below templates/',
            },
          ];
    }),
  ];
}

function repeated(list: string, items: readonly { readonly name: string }[]): Fault[] {
  const seen = new Set<string>();
  return items.flatMap(({ name }, index) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ path: `${list}.${index}`, problem: `'${name}' is there twice`, remedy: 'give each its own name' }];
  });
}

function warnings({ ilm, appProvisioningSettings }: LoadedConfiguration): ConfigurationFault[] {
  const known = new Set(ilm.instances.filter(({ enabled }) => enabled).map(({ name }) => name));
  const warn = (file: string, fault: Fault): ConfigurationFault => ({ severity: 'warning', file, ...fault });
  return [
    ...(ilm.playbooks.itNotificationEmail === undefined
      ? [
          warn('ilm.yaml', {
            path: 'playbooks.itNotificationEmail',
            problem: 'it is missing, so every incident halts at its start (H1)',
            remedy: 'name the address that hears of failures',
          }),
        ]
      : []),
    ...appProvisioningSettings.flatMap(({ instance_name }, index) =>
      known.has(instance_name)
        ? []
        : [
            warn('lists/app-provisioning-settings.json', {
              path: `${index}.instance_name`,
              problem: `no enabled instance is called '${instance_name}', so the row is left out`,
              remedy: 'correct the name, or add the instance to ilm.yaml',
            }),
          ],
    ),
    ...ilm.workday.flatMap(({ daysBeforeHireToEnableAd: y, daysBeforeHireToSync: x }, index) =>
      y !== undefined && y !== null && x !== undefined && x !== null && y > x
        ? [
            warn('ilm.yaml', {
              path: `workday.${index}.daysBeforeHireToEnableAd`,
              problem: `${y} days are more than daysBeforeHireToSync (${x}), so accounts are enabled at once`,
              remedy: 'make it smaller or equal',
            }),
          ]
        : [],
    ),
  ];
}
