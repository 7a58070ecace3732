import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';
import { z } from 'zod';

import { BRANDS } from '../activities/connectors/brands.js';
import { appGroupSyncRowSchema, appProvisioningRowSchema, configSchema } from '../domain/config.js';
import { mapperPairSchema } from '../domain/mapper-definition.js';

/**
 * Writes the tables of `docs/configuration.md` from the schemas, so that page and program cannot part. A table stands
 * between `<!-- settings: NAME -->` and `<!-- end -->`; the rest of the page is written by hand.
 */

/** A JSON Schema, as far as a table needs it. */
interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly additionalProperties?: Shape | boolean;
  readonly anyOf?: readonly Shape[];
}

export const PAGE = fileURLToPath(new URL('configuration.md', import.meta.url));
const TABLE = /(<!-- settings: (.+?) -->\n)[^]*?(<!-- end -->)/g;

/** Every table by its name: the file's own settings, one for each of its parts, the list, mapper rules, and each brand. */
function tables(): ReadonlyMap<string, string> {
  const file = shapeOf(configSchema);
  const parts = Object.entries(file.properties ?? {});
  const rows = Object.fromEntries(parts.map(([name, part]) => [name, hasTable(part) ? leaf(part) : part]));
  return new Map([
    ['ilm.yaml', table({ ...file, properties: rows })],
    ...parts
      .filter(([, part]) => hasTable(part))
      .map(([name, part]): [string, string] => [name, table(part.items ?? part)]),
    ['app-provisioning-settings', table(shapeOf(appProvisioningRowSchema))],
    ['app-group-sync-settings', table(shapeOf(appGroupSyncRowSchema))],
    ['mapper rules', table(shapeOf(mapperPairSchema))],
    ...BRANDS.map(({ name, settings }): [string, string] => [name, table(shapeOf(settings))]),
  ]);
}

const shapeOf = (schema: z.ZodType): Shape => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;

const hasTable = ({ properties, items }: Shape): boolean => (items ?? { properties }).properties !== undefined;

/** A part that has a table of its own, as one row of the file's. */
const leaf = ({ description = '', items }: Shape): Shape => ({
  description,
  ...(items === undefined ? { type: 'object' } : { type: 'array', items: { type: 'object' } }),
});

interface Setting {
  readonly path: string;
  readonly shape: Shape;
  readonly isRequired: boolean;
}

function table(shape: Shape): string {
  const rows = settingsOf(shape).map(({ path, shape: setting, isRequired }) => {
    if (setting.description === undefined) throw new Error(`${path} does not say what it is: give it \`about\`.`);
    const standard = isRequired ? 'required' : setting.default === undefined ? '' : code(setting.default);
    return [code(path, true), typeOf(setting), standard, exampleOf(path, setting), setting.description];
  });
  const head = ['Setting', 'Type', 'Default', 'Example', 'Meaning'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(escaped).join(' | ')} |`).join('\n');
}

/** The settings below an object, those of inner objects and lists by their path. */
function settingsOf({ properties = {}, required = [], anyOf = [] }: Shape, above = ''): Setting[] {
  const demandedFirst = Object.entries(properties).sort(
    ([a], [b]) => Number(required.includes(b)) - Number(required.includes(a)),
  );
  const own = demandedFirst.flatMap(([name, shape]): Setting[] => {
    const path = `${above}${name}`;
    const inner = settingsOf(shape, `${path}.`);
    const items = shape.items === undefined ? [] : settingsOf(shape.items, `${path}[].`);
    const isGroup = shape.properties !== undefined && shape.examples === undefined;
    const row = { path, shape, isRequired: required.includes(name) };
    return [...(isGroup ? [] : [row]), ...inner, ...items];
  });
  // Of alternatives none is demanded by itself.
  const alternatives = anyOf
    .flatMap((branch) => settingsOf(branch, above))
    .map((row) => ({ ...row, isRequired: false }));
  return [...new Map([...own, ...alternatives].map((row) => [row.path, row])).values()];
}

function typeOf(shape: Shape): string {
  const { type, anyOf, enum: values, items, additionalProperties, format: form, pattern } = shape;
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf).filter((text) => text !== 'empty'))].join(', or ');
  if (values !== undefined) return values.map((value) => code(value)).join(', ');
  switch (type) {
    case 'string':
      if (form === 'email') return 'e-mail address';
      if (form === 'uri') return 'address';
      return pattern?.includes('(ms|s|sec') === true ? 'duration' : 'text';
    case 'integer':
    case 'number':
      return `${type === 'integer' ? 'whole number' : 'number'}${rangeOf(shape)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `list of ${items?.properties === undefined && items?.type !== 'object' ? plural(typeOf(items ?? {})) : 'entries'}`;
    case 'object':
      return typeof additionalProperties === 'object' ? 'name: value pairs' : 'settings';
    case 'null':
      return 'empty';
    default:
      return 'any value';
  }
}

const plural = (type: string): string =>
  type === 'e-mail address' ? 'e-mail addresses' : type.replace(/text$/, 'texts');

function rangeOf({ minimum, maximum }: Shape): string {
  const isBounded = (bound: number | undefined): bound is number =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (isBounded(minimum) && isBounded(maximum)) return `, ${minimum} to ${maximum}`;
  if (isBounded(minimum)) return `, ${minimum} or more`;
  return isBounded(maximum) ? `, up to ${maximum}` : '';
}

/** What a setting looks like in the file: the given example, or a value that is not the default. */
function exampleOf(
  path: string,
  { examples, type, enum: values, default: standard, properties, items }: Shape,
): string {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const shown = (value: unknown): string => code(`${name}: ${valueText(value)}`, true);
  if (examples?.[0] !== undefined) return shown(examples[0]);
  if (type === 'boolean') return shown(standard !== true);
  const other = values?.find((value) => value !== standard);
  if (other !== undefined) return shown(other);
  if (type === 'object' || properties !== undefined || items?.type === 'object') return 'below';
  throw new Error(`${path} shows no example: give \`about\` one.`);
}

/** A value as YAML writes it on one line. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${valueText(inner)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  return /^[\w$/][\w $@./{}=&'-]*$/.test(value) && !/^\d+[\d:]*$/.test(value) ? value : JSON.stringify(value);
}

const code = (value: unknown, isText = false): string => `\`${isText ? String(value) : valueText(value)}\``;

const escaped = (cell: string): string => cell.replaceAll('|', '\\|');

/**
 * The page with every table as the schemas have it.
 *
 * @throws Error for a setting that does not say what it is, and for a table that stands nowhere on the page
 */
export async function configurationPage(page: string): Promise<string> {
  const made = tables();
  const placed = new Set<string>();
  const filled = page.replace(TABLE, (_, begin: string, name: string, end: string) => {
    placed.add(name);
    const text = made.get(name);
    if (text === undefined) throw new Error(`docs/configuration.md asks for the table '${name}', which there is not.`);
    return `${begin}\n${text}\n\n${end}`;
  });
  const missing = [...made.keys()].filter((name) => !placed.has(name));
  if (missing.length > 0) throw new Error(`docs/configuration.md lacks the tables ${missing.join(', ')}.`);
  return await format(filled, { ...(await resolveConfig(PAGE)), parser: 'markdown' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PAGE, await configurationPage(readFileSync(PAGE, 'utf8')));
}
