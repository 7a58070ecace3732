/** AD Account Status of a User Profile (guide, *AD Account Status*). The empty text means "not determined yet". */
export const AdAccountStatus = {
  Enabled: 'Enabled',
  Disabled: 'Disabled',
  Pending: 'Pending',
  Undetermined: '',
} as const;
export type AdAccountStatus = (typeof AdAccountStatus)[keyof typeof AdAccountStatus];

/** Why a person was terminated; the empty text means "not terminated" (guide, *IAM - Terminate User*). */
export const TerminationTrigger = {
  Workday: 'Workday',
  Wand: 'Wand',
  Tufe: 'TUFE',
  Orphan: 'Orphan',
  None: '',
} as const;
export type TerminationTrigger = (typeof TerminationTrigger)[keyof typeof TerminationTrigger];

/** A reviewer's "leave this person alone" that detection respects (design decision 10). */
export type KeptAs = 'orphan' | 'limit' | 'adDeactivation' | '';

/** What a report or an application can say about one field. Text for every report field, dates as `MM/DD/YYYY`. */
export type FieldValue = string | number | boolean | null;

/** One HR source's key of a person. Unique per `source`; `correlationId` ties an address to one human across ids. */
export interface SourceKey {
  readonly source: string;
  readonly employeeId: string;
  readonly correlationId?: string;
}

/**
 * The report fields that the shipped mapper fills, in the order in which people read them. A custom field declared in
 * `ilm.yaml` joins this list at run time and is treated like any of them.
 */
export const REPORT_FIELDS = [
  'email',
  'username',
  'employeeId',
  'displayName',
  'givenName',
  'surname',
  'employmentStatus',
  'prehireFlag',
  'rehiredEmployee',
  'hireDate',
  'terminationDate',
  'lastDayOfWork',
  'employeeType',
  'acquisitionHire',
  'title',
  'department',
  'jobCode',
  'jobFamily',
  'jobFunction',
  'leadership',
  'costCenter',
  'costCenterCode',
  'location',
  'locationRegion',
  'city',
  'state',
  'streetAddress',
  'zipCode',
  'countryName',
  'managerEmailAddress',
  'managerName',
  'personalEmail',
  'mobilePhone',
  'workPhone',
] as const;

/** The three fields that are dates, kept as `MM/DD/YYYY` text whatever the report's own format. */
export const DATE_FIELDS = ['hireDate', 'terminationDate', 'lastDayOfWork'] as const;

/** The two fields that can mean "from this day on the person is gone"; an instance chooses one (spec F). */
export type DeactivationDateField = 'terminationDate' | 'lastDayOfWork';

/**
 * Everything the HR source says about one person: the mapped report fields and any custom field. A field that the
 * report does not carry is absent; a field that the report carries empty is the empty text.
 */
export type ReportFields = { readonly [field: string]: FieldValue | undefined };

/**
 * The record of one person, flat, as `ilm profile export` prints it. Report fields (including custom ones) share the
 * object with bookkeeping; {@link BOOKKEEPING_FIELDS} tells them apart. Absent bookkeeping reads as its zero value:
 * false, empty text, source priority 1.
 */
export interface UserProfile {
  readonly [field: string]: FieldValue | undefined | readonly SourceKey[];
  readonly personId?: string;
  readonly sourceKeys?: readonly SourceKey[];
  readonly sourceInstance?: string;
  /** ISO instant of the last report that contained the person. */
  readonly lastSeenAt?: string;
  readonly email?: string;
  readonly username?: string;
  readonly employeeId?: string;
  readonly displayName?: string;
  readonly adAccountStatus?: AdAccountStatus;
  readonly isProcessed?: boolean;
  readonly isTemporaryUser?: boolean;
  readonly forceSync?: boolean;
  readonly sourcePriority?: number;
  readonly sourceOfTruth?: string;
  /** True when the owner of a source disabled the person, which frees them for another source (design decision 13). */
  readonly sourceReleased?: boolean;
  readonly conversionHire?: boolean;
  readonly terminationTrigger?: TerminationTrigger;
  readonly active?: boolean;
  readonly keptAs?: KeptAs;
  /** ISO instant until which `limit` silences a termination, and `adDeactivation` the one of the directory account. */
  readonly keptUntil?: string;
  /** Incident that owns `isProcessed` (design, *Truth*). */
  readonly processedBy?: string;
  /** Every application assigned to the person, as JSON text; changed by the App flows only. */
  readonly applications?: string;
}

/**
 * Fields that only explicit steps write. They never count as changed fields, and storing an event's profile never
 * touches them (spec user-profile 3).
 */
export const BOOKKEEPING_FIELDS: ReadonlySet<string> = new Set([
  'personId',
  'sourceKeys',
  'sourceInstance',
  'lastSeenAt',
  'adAccountStatus',
  'isProcessed',
  'isTemporaryUser',
  'sourceReleased',
  'terminationTrigger',
  'active',
  'keptAs',
  'keptUntil',
  'processedBy',
  'applications',
]);

/** Fields an event sets beside the report's own: stored with them, never taken from an older copy. */
export const EVENT_FIELDS: ReadonlySet<string> = new Set([
  'sourcePriority',
  'sourceOfTruth',
  'conversionHire',
  'forceSync',
]);

/** Fields that a report may fill beside the shipped ones: an own time zone, and what ties ids of one human together. */
const OPTIONAL_REPORT_FIELDS = ['timeZone', 'correlationId'];

/** Every field that a report can fill. */
export const reportFields = (customFields: readonly string[]): readonly string[] => [
  ...REPORT_FIELDS,
  ...OPTIONAL_REPORT_FIELDS,
  ...customFields,
];

/** Every field that a profile can have. */
export const profileFields = (customFields: readonly string[]): readonly string[] => [
  ...reportFields(customFields),
  ...EVENT_FIELDS,
  ...BOOKKEEPING_FIELDS,
];
