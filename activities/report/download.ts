import { ApplicationFailure } from '@temporalio/common';
import { fetch } from 'undici';
import type { Dispatcher } from 'undici';
import type { WorkdayInstance } from '../../domain/config.js';
import { milliseconds } from '../../domain/duration.js';
import { FailureType } from '../../domain/failures.js';
import { readCertificates } from '../connectors/certificates.js';
import { dispatcherOf } from '../connectors/http-transport.js';
import { toApplicationFailure } from '../failures.js';
import { ReportFormatError, readRows } from './row-stream.js';

const NO_CONTENT = 204;
/** Answers after which another attempt can help. */
const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/**
 * Downloads a report and yields its rows in batches while they arrive (spec workday-cycle 3). 204, an empty body and a
 * document without `Report_Entry` have no rows. The whole download has `requestTimeout`, from the first byte to the last.
 *
 * Failures name the instance and what to do, never the address's query or the credentials: `ReportUnavailable` is worth
 * another try unless it is marked otherwise, `ReportUnusable` is not.
 *
 * @param directory the configuration's directory, which `caFile` and its like are relative to
 */
export async function* downloadRows(
  instance: WorkdayInstance,
  directory: string,
  signal: AbortSignal,
): AsyncGenerator<unknown[]> {
  const timeout = AbortSignal.timeout(milliseconds(instance.requestTimeout));
  const dispatcher = routeOf(instance, directory);
  try {
    const response = await request(instance, AbortSignal.any([signal, timeout]), dispatcher);
    if (response.status === NO_CONTENT || response.body === null) return;
    yield* readRows(response.body as AsyncIterable<Uint8Array>);
  } catch (error) {
    signal.throwIfAborted();
    throw toFailure(error, instance, timeout.aborted);
  } finally {
    // Also when the reader stops early: the rest of the report is not wanted.
    await dispatcher.destroy();
  }
}

async function request(instance: WorkdayInstance, signal: AbortSignal, dispatcher: Dispatcher) {
  const url = new URL(instance.reportUrl);
  const username = instance.username ?? decodeURIComponent(url.username);
  const password = instance.password ?? decodeURIComponent(url.password);
  url.username = '';
  url.password = '';
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const response = await fetch(url, {
    headers: { accept: 'application/json', ...(username === '' ? {} : { authorization }) },
    // A redirect would carry the credentials to another address.
    redirect: 'manual',
    signal,
    dispatcher,
  });
  if (response.status >= 200 && response.status < 300) return response;
  await response.body?.cancel();
  throw unavailable(instance, `answered ${response.status}${remedyOf(response.status)}`, isPassing(response.status));
}

function remedyOf(status: number): string {
  if (status === 401 || status === 403) return ': check user name, password and the rights to the report';
  if (status === 404) return ': check reportUrl';
  if (status >= 300 && status < 400) return ', a redirect: set reportUrl to the address that it leads to';
  return '';
}

/** One connection per download; a cycle asks once in a while, so none is worth keeping. */
function routeOf(instance: WorkdayInstance, directory: string): Dispatcher {
  const whose = `workday instance '${instance.name}'`;
  try {
    const route = {
      insecure: instance.insecure,
      proxy: instance.proxy,
      ...readCertificates(directory, whose, instance),
    };
    // The request's own time-out covers slow headers and bodies alike.
    return dispatcherOf(route, whose, { headersTimeout: 0, bodyTimeout: 0 });
  } catch (error) {
    throw toApplicationFailure(error);
  }
}

function unavailable({ name }: WorkdayInstance, what: string, isRetryable: boolean): ApplicationFailure {
  return ApplicationFailure.create({
    type: FailureType.ReportUnavailable,
    message: `The report of '${name}' ${what}.`,
    nonRetryable: !isRetryable,
  });
}

function toFailure(error: unknown, instance: WorkdayInstance, isTimedOut: boolean): unknown {
  if (error instanceof ApplicationFailure) return error;
  if (isTimedOut) return unavailable(instance, `did not arrive within ${instance.requestTimeout}`, true);
  if (error instanceof ReportFormatError) {
    return error.isCutOff
      ? unavailable(instance, 'was cut off before its end', true)
      : ApplicationFailure.create({
          type: FailureType.ReportUnusable,
          message: `'${instance.name}': ${error.message}`,
          nonRetryable: true,
        });
  }
  const code = codeOf(error);
  if (code === undefined) return error;
  const isCertificate = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(code);
  const remedy = isCertificate ? ': its certificate is not trusted; set caFile' : '';
  return unavailable(instance, `could not be downloaded (${code})${remedy}`, !isCertificate);
}

/** The network's own word for a failure, e.g. `ECONNREFUSED`. Its message may name the address and is not used. */
function codeOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return error instanceof TypeError ? 'network error' : undefined;
}
