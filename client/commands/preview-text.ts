import type { Preview } from '../../domain/preview.js';
import { facts, table } from '../output.js';

const MOST_PRINTED = 100;

/** A preview for people: counts, tripped limits, explanations, then what would happen to whom. */
export function previewText(result: Preview, explanations: readonly string[]): string {
  const { events, rejected, orphans, skipped, summary } = result;
  return [
    facts([
      ['entries', summary.entries],
      ...Object.entries(summary.events)
        .filter(([, count]) => count > 0)
        .map(([type, count]): [string, unknown] => [type, count]),
      ['unchanged', summary.unchanged],
      ['skipped', summary.skipped],
      ['rejected', summary.rejected],
      ['orphans', summary.orphans],
      ['runs of the cycle', summary.runs],
    ]),
    ...summary.guards.map(({ message }) => `! ${message}`),
    ...explanations.map((text) => `* ${text}`),
    ...section('Events', ['person', 'type', 'changed', 'note'], events, (event) => [
      event.email,
      event.type,
      Object.keys(event.changedFields).join(', '),
      noteOf(event),
    ]),
    ...section('Rejected', ['entry', 'person', 'field', 'value', 'reason'], rejected, (entry) => [
      entry.entry + 1,
      entry.email ?? entry.employeeId,
      entry.field,
      entry.value,
      entry.reason,
    ]),
    ...section('Skipped', ['person', 'employee id', 'reason'], skipped, (entry) => [
      entry.email,
      entry.employeeId,
      entry.reason,
    ]),
    ...section('Orphans', ['person', 'employee id'], orphans, ({ email, employeeId }) => [email, employeeId]),
  ].join('\n');
}

function noteOf({ mergedWith, conversionHire, forced, addressReuse }: Preview['events'][number]): string {
  return [
    ...(mergedWith === null ? [] : [`name taken by ${mergedWith}`]),
    ...(conversionHire ? ['conversion hire'] : []),
    ...(forced ? ['forced'] : []),
    ...(addressReuse === true ? ['e-mail known under another employee id'] : []),
  ].join('; ');
}

function section<T>(
  title: string,
  head: readonly string[],
  items: readonly T[],
  row: (item: T) => readonly unknown[],
): string[] {
  if (items.length === 0) return [];
  const more = items.length > MOST_PRINTED ? [`... and ${items.length - MOST_PRINTED} more; --json prints all.`] : [];
  return [`\n${title}`, table(head, items.slice(0, MOST_PRINTED).map(row)), ...more];
}
