import { MappingError, mapperSchema } from '../../domain/mapper-definition.js';
import { compileMapper } from '../../domain/mapping.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';
import type { AttributeMode } from '../../domain/attribute-map.js';
import type { MapperDefinition } from '../../domain/mapper-definition.js';
import type { CompiledMapper } from '../../domain/mapping.js';
import type { UserProfile } from '../../domain/profile.js';
import type { AppAttributes } from './types.js';

/** Profile fields to application attributes. */
export interface OutgoingMap {
  readonly name: string;
  /** Attributes that the map writes, in the file's order. */
  readonly targets: readonly string[];
  /**
   * Absent values are left out; an empty one is left out on create and `null` on update where the pair is `clearable`
   * (spec connectors 1.7).
   *
   * @throws ConnectorError of kind `Validation` naming mapper and attribute
   */
  map(profile: UserProfile, mode: AttributeMode): Promise<AppAttributes>;
}

/** Application attributes to profile fields. */
export interface IncomingMap {
  readonly name: string;
  /** Attributes that the map may read, for applications that answer with named attributes only. */
  readonly sources: readonly string[];
  /** @throws ConnectorError of kind `Validation` naming mapper and attribute */
  map(record: Readonly<Record<string, unknown>>): Promise<UserProfile>;
}

/** Compiles a parsed outgoing mapper file. Throws a `Configuration` error that names the mapper. */
export function compileOutgoingMap(definition: unknown, name: string): OutgoingMap {
  const mapper = compile(definition, name);
  return {
    name,
    targets: mapper.targets,
    map: (profile, mode) => mapping(name, () => mapper.toAttributesAsync(profile, mode)),
  };
}

/** Compiles a parsed incoming mapper file. Throws a `Configuration` error that names the mapper. */
export function compileIncomingMap(definition: unknown, name: string): IncomingMap {
  const mapper = compile(definition, name);
  const sources = sourcesOf(mapperSchema.parse(definition));
  return {
    name,
    sources,
    map: (record) => mapping(name, async () => (await mapper.toFieldsAsync(record)) as UserProfile),
  };
}

function compile(definition: unknown, name: string): CompiledMapper {
  const parsed = mapperSchema.safeParse(definition);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw faulty(name, `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is no list of pairs'}`.trim());
  }
  try {
    return compileMapper(parsed.data, { name });
  } catch (error) {
    if (error instanceof MappingError) throw faulty(name, error.message);
    throw error;
  }
}

/** An expression may name any attribute, so every word in it counts; one that is none does no harm in a search. */
function sourcesOf(definition: MapperDefinition): readonly string[] {
  const named = Object.values(definition).flatMap((pair) => {
    if (typeof pair === 'string') return [pair];
    if ('field' in pair) return [pair.field];
    return 'expression' in pair ? (pair.expression.match(/[A-Za-z][\w-]*/g) ?? []) : [];
  });
  return [...new Set(named)];
}

async function mapping<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MappingError)) throw error;
    throw new ConnectorError(ConnectorErrorKind.Validation, `Mapper ${name}: ${error.message}.`, { code: '400' });
  }
}

const faulty = (name: string, fault: string): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.Configuration, `Mapper ${name}: ${fault}.`);
