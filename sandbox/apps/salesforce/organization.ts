/** Licences, and how many of each are free. */
const LICENCES: Readonly<Record<string, { readonly isUsedUp: boolean }>> = {
  Salesforce: { isUsedUp: false },
  'Salesforce Platform': { isUsedUp: true },
};

/** A profile of the simulated organization. */
export interface SalesforceProfile {
  readonly id: string;
  readonly name: string;
  readonly licence: string;
}

/** The profiles of every simulated organization. */
export const SALESFORCE_PROFILES = {
  standard: { id: '00e000000000001AAA', name: 'Standard User', licence: 'Salesforce' },
  sales: { id: '00e000000000002AAA', name: 'Sales User', licence: 'Salesforce' },
  /** Nothing is left of its licence. */
  platform: { id: '00e000000000003AAA', name: 'Platform User', licence: 'Salesforce Platform' },
} as const satisfies Readonly<Record<string, SalesforceProfile>>;

/** The profile with this id. */
export const profileOf = (id: unknown): SalesforceProfile | undefined =>
  Object.values(SALESFORCE_PROFILES).find((profile) => profile.id === id);

/** Whether nobody else can have the profile. */
export const isUsedUp = ({ licence }: SalesforceProfile): boolean => LICENCES[licence]?.isUsedUp ?? true;
