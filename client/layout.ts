import { ConfigurationError } from '../activities/configuration/faults.js';
import type { CustomField, IlmConfig, LayoutSection } from '../domain/config.js';
import type { CommandContext } from './context.js';
import { facts } from './output.js';

/** How a person is shown: in which sections, and under which names. */
export interface Layout {
  readonly sections: readonly LayoutSection[];
  readonly customFields: readonly CustomField[];
}

const PLAIN: Layout = { sections: [], customFields: [] };

/**
 * The layout of `ilm.yaml` for what is printed to people. A configuration that cannot be used must not keep anybody from
 * looking: then everything is shown plainly.
 */
export async function layoutOf(context: CommandContext, shown: keyof IlmConfig['layouts']): Promise<Layout> {
  if (context.options.json === true) return PLAIN;
  try {
    const { layouts, customFields } = (await context.configuration()).ilm;
    return { sections: layouts[shown], customFields };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    context.progress('The configuration is faulty, so its layouts are left out. Run `ilm check --offline`.');
    return PLAIN;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** The sections of a layout, each below its title; a field without a value is seen to have none. */
export function sectionTexts({ sections, customFields }: Layout, fields: Fields): string[] {
  return sections.map((section) => {
    const lines = section.fields.map((field): [string, unknown] => [
      labelOf(field, customFields),
      shown(fields[field]),
    ]);
    return `\n${section.title}\n${facts(lines)}`;
  });
}

/** The fields that no section of a layout names. */
export function furtherFields({ sections, customFields }: Layout, fields: Fields): [string, unknown][] {
  const named = new Set(sections.flatMap((section) => section.fields));
  return Object.entries(fields)
    .filter(([field]) => !named.has(field))
    .map(([field, value]) => [labelOf(field, customFields), value]);
}

const labelOf = (field: string, customFields: readonly CustomField[]): string =>
  customFields.find(({ name }) => name === field)?.label ?? field;

const shown = (value: unknown): unknown => (value === undefined || value === null || value === '' ? '-' : value);
