import { ApplicationFailure } from '@temporalio/common';
import type { DetectionSettings, IlmConfig, WorkdayInstance } from '../../domain/config.js';
import { STORED_DATE_PATTERN } from '../../domain/dates.js';
import { createDetector } from '../../domain/detection.js';
import type { Detector } from '../../domain/detection.js';
import { FailureType } from '../../domain/failures.js';
import type { InstanceScope } from '../../domain/instance-scope.js';
import { compileMapper, mapperSchema } from '../../domain/mapping.js';
import type { CompiledMapper } from '../../domain/mapping.js';
import type { UserProfile } from '../../domain/profile.js';
import type { Configuration, LoadedConfiguration } from '../configuration/types.js';
import type { SnapshotDocument } from '../store/report-snapshots.js';

/** One Workday instance as the configuration describes it now. */
export interface ReportSettings {
  readonly instance: WorkdayInstance;
  readonly detection: DetectionSettings;
  readonly mapper: CompiledMapper;
  readonly scope: InstanceScope;
  readonly configuration: LoadedConfiguration;
}

const compiled = new WeakMap<LoadedConfiguration, Map<string, ReportSettings>>();

/**
 * Settings of an instance, its mapper compiled. Compiled once for each state of the configuration.
 *
 * @throws ApplicationFailure `Configuration`, not retryable, when there is no such instance or its mapper is faulty
 */
export function settingsOf(configuration: Configuration, name: string): ReportSettings {
  const current = configuration.current();
  const known = compiled.get(current) ?? new Map<string, ReportSettings>();
  compiled.set(current, known);
  const settings = known.get(name) ?? compileSettings(current, name);
  known.set(name, settings);
  return settings;
}

function compileSettings(configuration: LoadedConfiguration, name: string): ReportSettings {
  const { ilm } = configuration;
  const instance = ilm.workday.find((candidate) => candidate.name === name);
  if (instance === undefined) throw configurationFault(`workday: there is no instance '${name}'`);
  const detection: DetectionSettings = { ...instance, timeZone: instance.timeZone ?? ilm.timeZone };
  return {
    instance,
    detection,
    mapper: mapperOf(configuration, instance),
    scope: { instance: name, isSole: ilm.workday.length === 1, sourcePriority: instance.sourcePriority },
    configuration,
  };
}

function mapperOf({ mappers }: LoadedConfiguration, { name, mapper }: WorkdayInstance): CompiledMapper {
  const definition = mapperSchema.safeParse(mappers[mapper]);
  if (!definition.success) {
    throw configurationFault(`workday instance '${name}': mapper ${mapper} is missing or faulty`);
  }
  try {
    return compileMapper(definition.data, { name: mapper });
  } catch (error) {
    throw configurationFault(`workday instance '${name}': ${error instanceof Error ? error.message : String(error)}`);
  }
}

const configurationFault = (message: string): ApplicationFailure =>
  ApplicationFailure.create({ type: FailureType.Configuration, message, nonRetryable: true });

const personalFieldsOf = ({ customFields }: IlmConfig): ReadonlySet<string> =>
  new Set(customFields.filter(({ personal }) => personal).map(({ name }) => name));

/**
 * The rules of an instance at one instant.
 *
 * @param options.from `report` reads dates in the report's own format; a snapshot's are read as stored, in its order of
 * values and with its deactivation date field, whatever the configuration says meanwhile
 */
export function detectorOf(
  { detection, mapper, configuration }: ReportSettings,
  options: {
    readonly now: Date;
    readonly from: 'report' | Pick<SnapshotDocument, 'targets' | 'dateField'>;
    readonly hasOpenTerminate?: (profile: UserProfile) => boolean;
  },
): Detector {
  const { now, from, hasOpenTerminate } = options;
  const [settings, fields] =
    from === 'report'
      ? [detection, mapper.targets]
      : [{ ...detection, workdayDateFormat: STORED_DATE_PATTERN, deactivationDateField: from.dateField }, from.targets];
  try {
    return createDetector(settings, {
      now: now.getTime(),
      fields,
      personalFields: personalFieldsOf(configuration.ilm),
      ...(hasOpenTerminate === undefined ? {} : { hasOpenTerminate }),
    });
  } catch (error) {
    throw configurationFault(error instanceof Error ? error.message : String(error));
  }
}
