const EMAIL = /[^\s"'<>(),;:=]+@[^\s"'<>(),;:]+/gu;

// A relative distinguished name: what stands behind `CN=` and its kin, up to the next unescaped comma, quote or end.
const NAMING_ATTRIBUTE = /\b(CN|OU|UID)=(?:\\.|[^,"'\\\n;])*/giu;

const LONGEST_TEXT = 300;

/** Keys whose values belong to a protocol and name nobody. */
const PROTOCOL_KEYS: ReadonlySet<string> = new Set(['schemas', 'op', 'path', 'type', 'primary', 'active', 'scimType']);

/**
 * A server's own text made fit for messages, logs and histories: mail addresses, names in distinguished names and the
 * given values are masked, and long texts are cut. Structure words stay readable.
 */
export function maskPersonalData(text: string, values: readonly string[] = []): string {
  const known = [...values].sort((one, other) => other.length - one.length);
  const masked = known.reduce((rest, value) => replaceIgnoringCase(rest, value), text.replace(EMAIL, '***'));
  const bare = masked.replace(NAMING_ATTRIBUTE, '$1=***').replace(/\s+/gu, ' ').trim();
  return bare.length > LONGEST_TEXT ? `${bare.slice(0, LONGEST_TEXT)}...` : bare;
}

/** Every text in a request's body that may describe a person, for {@link maskPersonalData}. */
export function personalValues(body: unknown): readonly string[] {
  if (typeof body === 'string') return body.length >= 3 && !body.startsWith('urn:') ? [body] : [];
  if (typeof body === 'number') return [String(body)].filter((value) => value.length >= 3);
  if (Array.isArray(body)) return body.flatMap((item) => personalValues(item));
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) => (PROTOCOL_KEYS.has(key) ? [] : personalValues(value)));
}

function replaceIgnoringCase(text: string, value: string): string {
  const pattern = new RegExp(value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');
  return text.replace(pattern, '***');
}
