import escapeHtml from 'escape-html';

/** Text that is HTML already and is not escaped again. Only {@link html} makes it. */
export interface Html {
  readonly markup: string;
}

type Value = Html | readonly Html[] | string | number | boolean | null | undefined;

/** Builds HTML from a template; every value is escaped unless it came from this function. Null and undefined vanish. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { markup: strings.reduce((text, part, index) => text + render(values[index - 1]) + part) };
}

function render(value: Value): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') {
    return 'markup' in value ? value.markup : value.map((part) => part.markup).join('');
  }
  return escapeHtml(String(value));
}
