import { z } from 'zod';

import { ConnectorError } from '../types.js';
import { LICENSE_LIMIT_EXCEEDED } from './faults.js';
import { literal, query } from './soql.js';
import type { HttpClient } from '../http.js';

const licenceSchema = z.looseObject({ UserLicense: z.looseObject({ Name: z.string() }) });

/**
 * Does work that takes up a licence. When none is left, the error names the licence that the profile belongs to, which
 * Salesforce's own text does not.
 */
export async function licenceNamed<T>(
  { http, instanceName }: { readonly http: HttpClient; readonly instanceName: string },
  profileId: unknown,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.code !== LICENSE_LIMIT_EXCEEDED) throw error;
    const soql = `SELECT UserLicense.Name FROM Profile WHERE Id = ${literal(String(profileId))}`;
    const names = { label: 'Profile', what: `${instanceName}: GET Profile` };
    // The refusal counts, whether or not its licence can be named.
    const [profile] = await query(http, soql, licenceSchema, names).catch(() => []);
    const licence = profile === undefined ? "the profile's licence" : `the licence '${profile.UserLicense.Name}'`;
    throw new ConnectorError(
      error.kind,
      `${error.message}; nothing is left of ${licence}: free one or buy more, then try again.`,
      error.options,
    );
  }
}
