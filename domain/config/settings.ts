import { z } from 'zod';

/**
 * What settings share. Every setting says what it is with `about`: the page `docs/configuration.md` and the remedies of
 * faults are made from it.
 */

/** What a setting is, in the words of the configuration page, and a value that shows how it is written. */
export const about = (description: string, example?: unknown): { description: string; examples?: [unknown] } =>
  example === undefined ? { description } : { description, examples: [example] };

export const emailAddress = z.email('must be an e-mail address');
export const nonEmpty = z.string().min(1, 'must not be empty');
export const positive = z.number().int().min(1);

/** A span of time as Temporal writes it: `30s`, `5 minutes`, `1h`. */
export const duration = z
  .string()
  .regex(
    /^\d+(\.\d+)?\s*(ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)$/,
    'must be a duration such as 30s, 5m or 1h',
  );

/** How a connection is made, alike for reports and applications. */
export const connectionSettings = {
  insecure: z.boolean().default(false).meta(about('Accept any certificate. For tests only; the worker warns of it.')),
  proxy: z
    .boolean()
    .default(false)
    .meta(about('Go through the proxy that `HTTPS_PROXY` or `HTTP_PROXY` names, except for hosts in `NO_PROXY`.')),
  caFile: z
    .string()
    .optional()
    .meta(
      about('PEM file with certificates to trust beside the public ones, relative to the directory.', 'ca/company.pem'),
    ),
  clientCertificateFile: z
    .string()
    .optional()
    .meta(about('PEM file with the certificate that we show where one is demanded.', 'certificates/ilm.pem')),
  clientKeyFile: z
    .string()
    .optional()
    .meta(about('PEM file with its private key, readable by the worker only.', 'certificates/ilm-key.pem')),
  clientKeyPassphrase: nonEmpty
    .optional()
    .meta(about('What opens an encrypted `clientKeyFile`.', '${ILM_KEY_PASSPHRASE}')),
};
