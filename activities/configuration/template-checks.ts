import type { IlmConfig } from '../../domain/config.js';
import type { Findings } from './findings.js';
import { suggestion } from './schema-faults.js';
import type { SourceFile } from './source-file.js';

const TEMPLATE_INPUTS = [
  'managerEmailHtmlList',
  'serviceDeskEmailHtmlList',
  'notificationEmailHtmlList',
  'welcomeEmailHtmlList',
] as const;

/** Checks that the templates which playbook inputs name exist. */
export function checkTemplates(
  { playbooks }: IlmConfig,
  source: SourceFile,
  templates: Readonly<Record<string, string>>,
  findings: Findings,
): void {
  for (const input of TEMPLATE_INPUTS) {
    const name = playbooks[input];
    if (name === undefined || name in templates) continue;
    findings.fault(source, ['playbooks', input], {
      value: name,
      problem: 'names a template that does not exist below templates/',
      remedy: suggestion(name, Object.keys(templates)),
    });
  }
}
