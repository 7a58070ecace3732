import type { IlmConfig } from '../../domain/config.js';
import { profileFields } from '../../domain/profile.js';
import type { Findings } from './findings.js';
import { suggestion } from './schema-faults.js';
import type { SourceFile } from './source-file.js';

/**
 * Checks that fields of the customer's own have names of their own, and that layouts show fields that exist (guide, *Why
 * are my new fields not shown in the layout?*).
 */
export function checkFields({ layouts, customFields }: IlmConfig, source: SourceFile, findings: Findings): void {
  const shipped = profileFields([]);
  const own = customFields.map(({ name }) => name);
  own.forEach((name, index) => {
    if (!shipped.includes(name)) return;
    findings.fault(source, ['customFields', index, 'name'], {
      value: name,
      problem: 'is a field that every profile has',
      remedy: 'Remove the declaration, or choose another name.',
    });
  });
  const sections = Object.values(layouts).flat();
  const shown = new Set(sections.flatMap(({ fields }) => fields));
  own.forEach((name, index) => {
    if (sections.length === 0 || shown.has(name)) return;
    findings.warn(source, ['customFields', index, 'name'], {
      value: name,
      problem: 'is in no section of layouts, so no incident shows it',
      remedy: 'Add it to the section in which it is to be seen, or ignore this.',
    });
  });
  for (const [layout, listed] of Object.entries(layouts)) {
    listed.forEach(({ fields }, section) =>
      fields.forEach((field, index) => {
        if (shipped.includes(field) || own.includes(field)) return;
        findings.fault(source, ['layouts', layout, section, 'fields', index], {
          value: field,
          problem: 'is no profile field',
          remedy: `${suggestion(field, [...own, ...shipped])} A field of your own is declared under customFields.`,
        });
      }),
    );
  }
}
