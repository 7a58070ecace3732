import { readFileSync } from 'node:fs';

import addFormats from 'ajv-formats';
import { OpenAPIBackend } from 'openapi-backend';
import type { Document, Operation, ValidationResult } from 'openapi-backend';

import { undocumentedNames } from './undocumented-names.js';
import type { Schema } from './undocumented-names.js';

/** The vendors' descriptions that are kept in `test/connectors/descriptions`. */
export type DescriptionName = 'github-scim' | 'okta';

/** A request as a connector sent it; the form in which `recordingProxy` records. */
export interface ApiRequest {
  readonly method: string;
  /** As in the description, below its server's address and without the query: `/api/v1/users/00u1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the JSON says; absent = none was sent. */
  readonly body?: unknown;
}

/** An answer to the request of this method and path. */
export interface ApiAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** What the JSON says; absent = an answer without a body. */
  readonly body?: unknown;
}

/** Compares what goes over the wire with what the vendor describes. */
export interface ApiDescription {
  /**
   * What is wrong with a request, a sentence each; none when the vendor describes such a request. Besides what the
   * description forbids, parameters and attributes that it does not know are faults. Sentences name places, never values.
   */
  requestFaults(request: ApiRequest): string[];
  /**
   * What is wrong with an answer, a sentence each. Attributes beyond the described ones are no fault, nor is an error
   * status that the description does not mention: few are complete in this.
   */
  answerFaults(answer: ApiAnswer): string[];
  /**
   * A body of the described shape, made of the schemas, `undefined` where none is described.
   *
   * @throws Error when the description knows no such operation or status
   */
  sampleAnswer(method: string, path: string, status: number): unknown;
}

type AjvError = NonNullable<ValidationResult['errors']>[number];
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const SCIM_TYPE = 'application/scim+json';

/** Reads one of the descriptions and makes its validators; some tenths of a second, so open it once per file. */
export async function openApiDescription(name: DescriptionName): Promise<ApiDescription> {
  const api = new OpenAPIBackend({
    definition: readDescription(name),
    strict: true,
    ignoreTrailingSlashes: false,
    // Descriptions hold keywords of their own, and whole sentences as formats.
    ajvOpts: { strict: false, logger: false, allErrors: true },
    // Validators are compiled when they are first needed; all of them would take seconds.
    quick: true,
    customizeAjv: (ajv) => addFormats.default(ajv),
  });
  await api.init();

  const operationOf = (method: string, path: string): Operation | undefined =>
    api.router.matchOperation({ method, path, headers: {} });

  const unknownOperation = ({ method, path }: ApiAnswer | ApiRequest): string => {
    const known = METHODS.filter((other) => operationOf(other, path) !== undefined);
    if (known.length === 0) return `${method} ${path} is no request of '${name}': it has no such path.`;
    return `${method} ${path} is no request of '${name}': this path takes ${known.join(', ')} only.`;
  };

  return {
    requestFaults: (request) => {
      const operation = operationOf(request.method, request.path);
      if (operation === undefined) return [unknownOperation(request)];
      const { query = {}, headers = {}, ...rest } = request;
      const { errors } = api.validator.validateRequest({ ...rest, query, headers }, operation);
      const faults = [
        ...securityFaults(api.definition, operation, headers),
        ...(errors ?? []).map(describeError),
        ...undocumentedNames(bodySchema(operation), request.body).map((place) => `body${place} is not described`),
      ];
      return sentences(operation, faults);
    },
    answerFaults: (answer) => {
      const operation = operationOf(answer.method, answer.path);
      if (operation === undefined) return [unknownOperation(answer)];
      const statuses = Object.keys(operation.responses ?? {});
      if (!statuses.includes(String(answer.status))) {
        if (answer.status >= 400) return [];
        return sentences(operation, [`status ${answer.status} is not among the described ${statuses.join(', ')}`]);
      }
      const { errors } = api.validator.validateResponse(answer.body ?? null, operation, answer.status);
      return sentences(operation, (errors ?? []).map(describeAnswerError));
    },
    sampleAnswer: (method, path, status) => {
      const operation = operationOf(method, path);
      if (operation?.operationId === undefined) throw new Error(unknownOperation({ method, path }));
      const response = operation.responses?.[String(status)];
      if (response === undefined) throw new Error(`${method} ${path}: '${name}' describes no answer ${status}.`);
      if (!('content' in response)) return undefined;
      return api.mockResponseForOperation(operation.operationId, { code: status }).mock as unknown;
    },
  };
}

/** Answers of SCIM services have a media type of their own, which openapi-backend would leave unchecked. */
function readDescription(name: DescriptionName): Document {
  const file = new URL(`../descriptions/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) => {
    if (key !== 'content' || typeof value !== 'object' || value === null || !(SCIM_TYPE in value)) return value;
    return { 'application/json': value[SCIM_TYPE] };
  }) as Document;
}

const sentences = ({ method, path }: Operation, faults: readonly string[]): string[] =>
  [...new Set(faults)].map((fault) => `${method.toUpperCase()} ${path}: ${fault}.`);

function bodySchema({ requestBody }: Operation): Schema | undefined {
  const content = requestBody === undefined || !('content' in requestBody) ? {} : (requestBody.content as Content);
  return content['application/json']?.schema;
}

/** Faults of headers that prove who calls. Okta's description names the scheme in words: `SSWS {API Token}`. */
function securityFaults(document: Document, operation: Operation, headers: ApiRequest['headers'] = {}): string[] {
  const required = (operation.security ?? []).flatMap((requirement) => Object.keys(requirement));
  return required.flatMap((key) => {
    const scheme = document.components?.securitySchemes?.[key];
    if (scheme === undefined || !('in' in scheme) || scheme.in !== 'header') return [];
    const sent = Object.entries(headers).find(([header]) => header.toLowerCase() === scheme.name.toLowerCase())?.[1];
    const [, prefix = ''] = /^(\w+ )\{/.exec(scheme.description ?? '') ?? [];
    if (sent?.startsWith(prefix) === true && sent.length > prefix.length) return [];
    return [`header ${scheme.name} must be ${scheme.description ?? 'sent'}`];
  });
}

const describeAnswerError = (error: AjvError): string => describe(`body${error.instancePath}`, error);

/** Parts of a request come as `/query/limit` or `/requestBody/emails`. */
function describeError(error: AjvError): string {
  const [, part = '', rest = ''] = /^\/?([^/]*)(.*)$/.exec(error.instancePath) ?? [];
  return describe(part === 'requestBody' || part === '' ? `body${rest}` : `${part}${rest}`, error);
}

function describe(place: string, { keyword, message = 'is wrong', params }: AjvError): string {
  const { missingProperty, additionalProperty, allowedValues } = params as Readonly<Record<string, unknown>>;
  if (missingProperty === 'requestBody') return 'body is missing';
  if (keyword === 'additionalProperties') return `${place}/${String(additionalProperty)} is not described`;
  if (Array.isArray(allowedValues)) return `${place} must be one of ${allowedValues.join(', ')}`;
  return `${place} ${message}`;
}
