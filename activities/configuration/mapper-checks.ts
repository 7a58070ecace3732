import type { IlmConfig } from '../../domain/config.js';
import { compileMapper, MappingError } from '../../domain/mapping.js';
import { mapperSchema } from '../../domain/mapper-definition.js';
import type { MapperDefinition, MapperPair } from '../../domain/mapper-definition.js';
import { profileFields, reportFields } from '../../domain/profile.js';
import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import type { Findings } from './findings.js';
import { checkSchema, suggestion } from './schema-faults.js';
import type { SourceFile } from './source-file.js';

/** A mapper file of the directory, parsed. */
export interface MapperFile {
  readonly source: SourceFile;
  /** Absent when the file is faulty; its faults are told already. */
  readonly definition?: MapperDefinition;
}

/** Fields without which no entry of a report is ever processed (spec workday-cycle 7.3, G1). */
const DEMANDED_FIELDS = ['email', 'employeeId', 'hireDate'];

/** Parses a mapper file and compiles it, so that faulty expressions show up now. */
export function readMapper(source: SourceFile, findings: Findings): MapperFile {
  findings.add(source.faults);
  if (source.faults.length > 0) return { source };
  const { value, faults } = checkSchema(mapperSchema, source.value ?? {}, source);
  findings.add(faults);
  if (value === undefined) return { source };
  try {
    compileMapper(value, { name: source.file });
    return { source, definition: value };
  } catch (error) {
    const path = error instanceof MappingError ? [error.attribute] : [];
    const problem = error instanceof Error ? `cannot be used: ${error.message.replace(/\.$/, '')}` : 'cannot be used';
    findings.fault(source, path, { problem, remedy: 'Correct the rule.' });
    return { source };
  }
}

/** Checks which mapper each instance uses, and that rules name fields which exist. */
export function checkMappers(
  ilm: IlmConfig,
  source: SourceFile,
  files: ReadonlyMap<string, MapperFile>,
  findings: Findings,
): void {
  const own = ilm.customFields.map(({ name }) => name);
  const incoming = new Set<string>();
  const outgoing = new Set<string>();
  const use = (path: readonly PropertyKey[], file: string | undefined): MapperFile | undefined => {
    if (file === undefined) return undefined;
    const found = files.get(file);
    if (found !== undefined) return found;
    findings.fault(source, path, {
      value: file,
      problem: 'names a mapper file that does not exist',
      remedy: suggestion(file, [...files.keys()]),
    });
    return undefined;
  };
  ilm.workday.forEach((instance, index) => {
    const mapper = use(['workday', index, 'mapper'], instance.mapper);
    if (mapper?.definition === undefined) return;
    checkReportMapper(
      mapper.definition,
      mapper.source,
      instance.deactivationDateField,
      incoming.has(instance.mapper),
      findings,
    );
    incoming.add(instance.mapper);
  });
  ilm.instances.forEach((instance, index) => {
    use(['instances', index, 'mapperIn'], instance.mapperIn);
    const mapper = use(['instances', index, 'mapperOut'], instance.mapperOut);
    if (instance.mapperOut !== undefined && mapper !== undefined) outgoing.add(instance.mapperOut);
    if (instance.brand === ACTIVE_DIRECTORY_BRAND) checkDirectory(instance, index, source, mapper, findings);
  });
  for (const file of incoming) checkTargets(files.get(file), reportFields(own), findings);
  for (const file of outgoing) checkSources(files.get(file), profileFields(own), findings);
  checkCustomFields(ilm, source, { incoming, outgoing, files }, findings);
}

function checkReportMapper(
  definition: MapperDefinition,
  source: SourceFile,
  deactivationField: string,
  isRepeated: boolean,
  findings: Findings,
): void {
  if (isRepeated) return;
  for (const field of [...DEMANDED_FIELDS, 'employmentStatus', deactivationField]) {
    if (field in definition) continue;
    findings.fault(source, [field], {
      problem: 'has no rule, and detection needs it',
      remedy: `Add ${field}: <column of the report>.`,
    });
  }
  for (const field of ['username', 'displayName', 'prehireFlag', 'rehiredEmployee']) {
    if (field in definition) continue;
    findings.warn(source, [field], {
      problem:
        field.endsWith('e') || field.endsWith('Name')
          ? 'has no rule, so it stays empty'
          : 'has no rule, so no rehire is found by it',
      remedy: `Add ${field}: <column of the report>.`,
    });
  }
}

/** The two mistakes behind most failed creations (guide, *Why does user creation fail in Active Directory?*). */
function checkDirectory(
  { settings, mapperOut }: IlmConfig['instances'][number],
  index: number,
  source: SourceFile,
  mapper: MapperFile | undefined,
  findings: Findings,
): void {
  const { url, startTls } = settings;
  if (typeof url === 'string' && !/^ldaps:/i.test(url) && startTls !== true) {
    findings.fault(source, ['instances', index, 'settings', 'url'], {
      value: url,
      problem: 'is not encrypted, and Active Directory takes a password only over an encrypted connection',
      remedy: 'Write ldaps://host (port 636), or add startTls: true.',
    });
  }
  if (mapperOut !== undefined && mapper?.definition === undefined) return;
  if (mapper?.definition !== undefined && ('ou' in mapper.definition || 'dn' in mapper.definition)) return;
  const text = {
    problem: "has no rule for 'ou', the organizational unit in which an account is made: no account can be created",
    remedy:
      'Add a rule for ou that yields the full distinguished name of a container, e.g. OU=People,DC=example,DC=com.',
  };
  if (mapper === undefined) findings.fault(source, ['instances', index, 'mapperOut'], text);
  else findings.fault(mapper.source, ['ou'], text);
}

function checkTargets(file: MapperFile | undefined, fields: readonly string[], findings: Findings): void {
  for (const field of Object.keys(file?.definition ?? {})) {
    if (fields.includes(field) || file === undefined) continue;
    findings.fault(file.source, [field], {
      problem: 'is no profile field',
      remedy: `${suggestion(field, fields).replace(' Otherwise remove it.', '')} A field of your own is declared under customFields in ilm.yaml.`,
    });
  }
}

function checkSources(file: MapperFile | undefined, fields: readonly string[], findings: Findings): void {
  for (const [attribute, pair] of Object.entries(file?.definition ?? {})) {
    const field = fieldOf(pair);
    if (file === undefined || field === undefined || fields.includes(field.split(/[.[]/)[0] ?? field)) continue;
    findings.fault(file.source, [attribute], {
      value: field,
      problem: 'reads a profile field that does not exist',
      remedy: `${suggestion(field, fields).replace(' Otherwise remove it.', '')} A field of your own is declared under customFields in ilm.yaml.`,
    });
  }
}

const fieldOf = (pair: MapperPair): string | undefined => {
  if (typeof pair === 'string') return pair;
  return 'field' in pair ? pair.field : undefined;
};

/** A field of the customer's own that no mapper names goes nowhere (guide, *Why are my new fields not shown*). */
function checkCustomFields(
  ilm: IlmConfig,
  source: SourceFile,
  used: {
    readonly incoming: ReadonlySet<string>;
    readonly outgoing: ReadonlySet<string>;
    readonly files: ReadonlyMap<string, MapperFile>;
  },
  findings: Findings,
): void {
  const definitions = (names: ReadonlySet<string>): MapperDefinition[] =>
    [...names].flatMap((name) => {
      const definition = used.files.get(name)?.definition;
      return definition === undefined ? [] : [definition];
    });
  const filled = new Set(definitions(used.incoming).flatMap((definition) => Object.keys(definition)));
  const rules = definitions(used.outgoing).flatMap((definition) => Object.values(definition));
  const isSent = (name: string): boolean =>
    rules.some(
      (pair) =>
        fieldOf(pair) === name || (typeof pair === 'object' && 'expression' in pair && pair.expression.includes(name)),
    );
  ilm.customFields.forEach(({ name }, index) => {
    if (ilm.workday.length > 0 && !filled.has(name)) {
      findings.warn(source, ['customFields', index, 'name'], {
        value: name,
        problem: 'is filled by no Workday mapper, so it stays empty in every profile',
        remedy: `Add ${name}: <column of the report> to the mapper of the Workday instance.`,
      });
    } else if (ilm.instances.length > 0 && !isSent(name)) {
      findings.warn(source, ['customFields', index, 'name'], {
        value: name,
        problem: 'is mapped nowhere: no outgoing mapper sends it to an application',
        remedy: 'Add it to the outgoing mappers of the applications that need it, or ignore this.',
      });
    }
  });
}
