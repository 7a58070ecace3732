/** Characters of context in front of the fault that V8 quotes when it names no position. */
const QUOTED_BEFORE = 10;

/**
 * The line, from 1, that an error of `JSON.parse` points to; undefined when it cannot be told. The error's message may
 * quote personal data and secrets, so it is not to be shown.
 */
export function lineOfJsonFault(error: unknown, text: string): number | undefined {
  const at = positionOf(error instanceof Error ? error.message : '', text);
  // Behind the last line stands nothing that could be corrected.
  return at === undefined ? undefined : text.slice(0, Math.min(at, text.trimEnd().length)).split('\n').length;
}

function positionOf(message: string, text: string): number | undefined {
  if (message.includes('end of JSON input')) return text.length;
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  if (position !== undefined) return Number(position);
  const [, cut, quoted = ''] = /, (\.\.\.)?"([^]*)"(?:\.\.\.)? is not valid JSON$/.exec(message) ?? [];
  const found = text.indexOf(quoted);
  if (quoted === '' || found < 0 || found !== text.lastIndexOf(quoted)) return undefined;
  return cut === undefined ? found : found + QUOTED_BEFORE;
}
