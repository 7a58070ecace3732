import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { z } from 'zod';

/**
 * Writes `docs/coverage-playbooks.md` from `docs/playbook-branches/`: every step and branch of the playbooks with the
 * test and the recorded history that show it. `test/docs/coverage.test.ts` checks the lists against tests and histories.
 */
export const PAGE = fileURLToPath(new URL('coverage-playbooks.md', import.meta.url));
const LISTS = fileURLToPath(new URL('playbook-branches/', import.meta.url));
const OTHERS = 'other-histories.yaml';

const text = z.string().min(1);

const branchSchema = z
  .strictObject({
    id: text.regex(/^[A-Z][A-Za-z0-9]*(-[A-Za-z0-9]+)+$/),
    step: text,
    branch: text,
    /** A test's title, or a part of it that no other title of the file has. */
    test: z.union([z.strictObject({ file: text, title: text }), z.literal('none')]),
    /** The recorded run that took the branch: a file in test/replay/histories, without `.json`. */
    history: text,
    /** What has to occur in that history, in this order, in the words of `test/docs/history-facts.ts`. */
    shows: z.array(text).min(1).optional(),
    /** Why there is no history, or no test. */
    reason: text.optional(),
  })
  .refine(({ test, history, reason }) => (test === 'none' || history === 'none') === (reason !== undefined), {
    error: 'says why there is no test or history, and only then',
  })
  .refine(({ history, shows }) => (history === 'none') === (shows === undefined), {
    error: 'says what its history shows',
  });
export type Branch = z.infer<typeof branchSchema>;

const listSchema = z.strictObject({ playbook: text, about: text, branches: z.array(branchSchema) });
type List = z.infer<typeof listSchema>;

const othersSchema = z.array(z.strictObject({ history: text, reason: text }));

const read = (file: string): unknown => parse(readFileSync(`${LISTS}${file}`, 'utf8'));

/**
 * The lists of branches, in the order of their files.
 *
 * @throws ZodError for a row of another form
 */
export function branchLists(): List[] {
  const files = readdirSync(LISTS).filter((name) => name.endsWith('.yaml') && name !== OTHERS);
  return files.sort().map((file) => listSchema.parse(read(file)));
}

/** Recorded histories that show no branch of a playbook, by name or by the beginning before a `*`, and why they are kept. */
export const otherHistories = (): z.infer<typeof othersSchema> => othersSchema.parse(read(OTHERS));

function countsOf(branches: readonly Branch[]): string {
  const tested = branches.filter(({ test }) => test !== 'none').length;
  const recorded = branches.filter(({ history }) => history !== 'none').length;
  return `${branches.length} branches, ${tested} with a test, ${recorded} with a recorded history`;
}

function row({ id, step, branch, test, history, reason = '' }: Branch): string[] {
  const shown = test === 'none' ? '**none**' : `[${test.title}](../${test.file})`;
  const recorded =
    history === 'none' ? 'none' : `[${history.replace(/^[a-z]+User-/, '')}](../test/replay/histories/${history}.json)`;
  return [`\`${id}\``, step, branch, shown, reason === '' ? recorded : `${recorded}: ${reason}`];
}

function table({ playbook, about, branches }: List): string {
  const head = ['Id', 'Step', 'Branch', 'Test', 'Recorded run'];
  const rows = [head, head.map(() => '---'), ...branches.map(row)];
  const lines = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  return [`## ${playbook}`, `${about} ${countsOf(branches)}.`, lines.join('\n')].join('\n\n');
}

/**
 * The whole page.
 *
 * @throws ZodError for a row of another form
 */
export async function coveragePage(): Promise<string> {
  const lists = branchLists();
  const all = lists.flatMap(({ branches }) => branches);
  const open = all.filter(({ test }) => test === 'none');
  const intro = [
    '# What shows the playbooks',
    'Every step and branch of the playbooks, with the test that shows it and the recorded run that took it. The page is ' +
      'made from `docs/playbook-branches/` by `npm run docs:coverage`; a test compares the lists with the tests and ' +
      'looks into each recorded run for what has to have happened there.',
    `In all: ${countsOf(all)}.` +
      (open.length === 0 ? '' : ` Without a test: ${open.map(({ id }) => `\`${id}\``).join(', ')}.`),
  ];
  const page = [...intro, ...lists.map(table)].join('\n\n');
  return await format(page, { ...(await resolveConfig(PAGE)), parser: 'markdown' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, await coveragePage());
