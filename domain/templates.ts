import escapeHtml from 'escape-html';
import { compile } from 'html-to-text';

/** What a template can insert, by placeholder name. Null and the empty text insert nothing. */
export type TemplateValues = Readonly<Record<string, unknown>>;

const PLACEHOLDER = /\$\{([A-Za-z_][A-Za-z0-9_.]*)\}/g;
const URL_ATTRIBUTE = /\b(?:href|src|action|formaction|background|poster)\s*=\s*(?:"([^"]*)|'([^']*)|([^\s"'>]*))$/i;
const SAFE_SCHEME = /^(?:https?:\/\/|mailto:|tel:)/i;

type Lookup = (name: string) => string | undefined;

// Templates of the original product spell fields in lower case, so an exact name goes before the same name in any case.
function lookupIn(values: TemplateValues): Lookup {
  const lowered = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => {
    const value = Object.hasOwn(values, name) ? values[name] : lowered.get(name.toLowerCase());
    if (value === undefined) return undefined;
    if (value === null) return '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
}

/** The unfinished URL attribute in front of a placeholder; `undefined` when it stands anywhere else. */
function urlBefore(html: string): string | undefined {
  const tag = html.slice(html.lastIndexOf('<'));
  if (tag.includes('>') && !/=\s*["'][^"']*$/.test(tag)) return undefined;
  const match = URL_ATTRIBUTE.exec(tag);
  return match === null ? undefined : (match[1] ?? match[2] ?? match[3] ?? '');
}

function forUrl(value: string, before: string): string {
  if (before.trim() !== '') return escapeHtml(encodeURIComponent(value));
  return SAFE_SCHEME.test(value.trim()) ? escapeHtml(value.trim()) : '#';
}

/**
 * Fills the `${field}` placeholders of an HTML template. Values are escaped for HTML; inside a link they are encoded, and
 * a value that is a whole link must be http(s), mailto or tel. A placeholder without a value in `values` stays as it is.
 */
export function renderTemplate(html: string, values: TemplateValues): string {
  const lookup = lookupIn(values);
  return html.replace(PLACEHOLDER, (placeholder, name: string, offset: number) => {
    const value = lookup(name);
    if (value === undefined) return placeholder;
    const before = urlBefore(html.slice(0, offset));
    return before === undefined ? escapeHtml(value) : forUrl(value, before);
  });
}

/** Fills the placeholders of a plain text such as a subject line. Line breaks in values become blanks. */
export function renderText(text: string, values: TemplateValues): string {
  const lookup = lookupIn(values);
  return text.replace(
    PLACEHOLDER,
    (placeholder, name: string) => lookup(name)?.replace(/[\r\n]+/g, ' ') ?? placeholder,
  );
}

const toText = compile({
  wordwrap: 78,
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
  ],
});

/** The plain-text part of an HTML mail: links keep their address, images are left out, lines wrap at 78. */
export const htmlToText = (html: string): string => toText(html);
