// A text is matched whole, so that digits inside it are never taken for a number.
const TEXT_OR_LARGE_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?\d{16,}(?![\d.eE])/g;

/**
 * Parses JSON. With `largeIntegersAsText`, integers that a double cannot hold exactly become texts, so that 64-bit ids
 * keep their digits.
 */
export function parseJson(text: string, largeIntegersAsText = false): unknown {
  if (!largeIntegersAsText) return JSON.parse(text) as unknown;
  const quoted = text.replace(TEXT_OR_LARGE_INTEGER, (match) =>
    match.startsWith('"') || Number.isSafeInteger(Number(match)) ? match : `"${match}"`,
  );
  return JSON.parse(quoted) as unknown;
}
