import { parseJson } from './json.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';

/** How an answer's body is read. */
export interface BodyOptions {
  /** Largest answer that is read, bytes after decompression; default 16 MiB. */
  readonly largestAnswer?: number;
  /** Integers beyond 2^53 become texts instead of losing digits. */
  readonly largeIntegersAsText?: boolean;
}

const LARGEST_ANSWER = 16 * 1024 * 1024;
const BYTE_ORDER_MARK = /^\uFEFF/;

/** Whether a status is 2xx. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/**
 * The JSON of an answer, whatever its content type says; `undefined` when there is none, which a failure may have.
 *
 * @throws ConnectorError for a success whose body is no JSON, or far too large. `Transient` when it says that it is JSON,
 *   since it was cut off or garbled on the way; else `Configuration`, since something else answers at this address.
 */
export async function readBody(response: Response, options: BodyOptions, what: string): Promise<unknown> {
  const text = await readText(response, options.largestAnswer ?? LARGEST_ANSWER, what);
  if (text.trim() === '') return undefined;
  try {
    return parseJson(text.replace(BYTE_ORDER_MARK, ''), options.largeIntegersAsText === true);
  } catch (cause) {
    if (!isSuccess(response.status)) return undefined;
    throw notJson(response, what, cause);
  }
}

function notJson({ status, headers }: Response, what: string, cause: unknown): ConnectorError {
  const type = headers.get('content-type') ?? 'none';
  const options = { code: String(status), cause };
  if (/[/+]json\b/i.test(type)) {
    const message = `${what} answered ${status} with JSON that is cut off or garbled.`;
    return new ConnectorError(ConnectorErrorKind.Transient, message, options);
  }
  return new ConnectorError(
    ConnectorErrorKind.Configuration,
    `${what} answered ${status} with something that is not JSON (content type ${type}); check the address.`,
    options,
  );
}

/** Nothing is expected of a failure's body, so one that is far too large counts as none. */
async function readText(response: Response, largest: number, what: string): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > largest) {
      if (!isSuccess(response.status)) return '';
      throw new ConnectorError(
        ConnectorErrorKind.Validation,
        `${what} answered more than ${largest} bytes, which no account can need; check the address.`,
        { code: String(response.status) },
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
