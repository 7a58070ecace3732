import { APPLICATION_EVENT_TYPES } from './event-types.js';
import { SUCCESS } from './log-event.js';

/** What is asked of the System Log (spec okta-flows 3.1). */
export interface QueryFilterSettings {
  /** Make the filter from the event types and the applications of IAM Configuration. */
  readonly autoGenerateQueryFilter: boolean;
  /** Event types that the automatic filter asks for. */
  readonly eventTypes: readonly string[];
  /** The filter as it is sent when the automatic one is off. */
  readonly fetchQueryFilter: string;
}

/** A filter, or why there is none, in words that name the remedy. */
export type QueryFilter =
  { readonly kind: 'filter'; readonly filter: string } | { readonly kind: 'fault'; readonly message: string };

/** The event types that are asked for unless others are configured: those that the guide's option fetches. */
export const DEFAULT_EVENT_TYPES: readonly string[] = APPLICATION_EVENT_TYPES;

/** A text as filters write it: in quotes, with those inside and backslashes escaped as in JSON (RFC 7644, 3.4.2.2). */
const literal = (value: string): string => JSON.stringify(value);

const equals = (attribute: string, value: string): string => `${attribute} eq ${literal(value)}`;

const anyOf = (comparisons: readonly string[]): string =>
  comparisons.length === 1 ? comparisons.join('') : `(${comparisons.join(' or ')})`;

const unique = (values: readonly string[]): string[] => [...new Set(values)];

/**
 * The filter with which events are asked for. An event about an application counts when the application is configured;
 * events of other types count for everybody. The automatic filter leaves out what failed; a filter by hand is sent as it
 * is, and what failed is left out after reading.
 *
 * @param applicationIds ids of the applications in IAM Configuration of the Okta instance
 */
export function queryFilter(settings: QueryFilterSettings, applicationIds: readonly string[]): QueryFilter {
  if (!settings.autoGenerateQueryFilter) return byHand(settings.fetchQueryFilter);
  const types = unique(settings.eventTypes);
  if (types.length === 0) return fault('eventTypes is empty: name the event types to ask for.');
  const isAboutApplication = (type: string): boolean => (APPLICATION_EVENT_TYPES as readonly string[]).includes(type);
  const aboutApplications = types.filter(isAboutApplication);
  const others = types.filter((type) => !isAboutApplication(type));
  const applications = unique(applicationIds);
  if (aboutApplications.length > 0 && applications.length === 0) return fault(NO_APPLICATION);
  const parts = [
    ...(aboutApplications.length === 0 ? [] : [ofApplications(aboutApplications, applications)]),
    ...others.map((type) => equals('eventType', type)),
  ];
  return { kind: 'filter', filter: `${equals('outcome.result', SUCCESS)} and ${anyOf(parts)}` };
}

const NO_APPLICATION =
  'No application is configured for this Okta instance: connect one with `ilm okta config add`, or switch ' +
  'autoGenerateQueryFilter off and write fetchQueryFilter.';

const fault = (message: string): QueryFilter => ({ kind: 'fault', message });

function byHand(text: string): QueryFilter {
  if (text.trim() !== '') return { kind: 'filter', filter: text };
  return fault('fetchQueryFilter is empty: write a filter, or switch autoGenerateQueryFilter on.');
}

const ofApplications = (types: readonly string[], applicationIds: readonly string[]): string => {
  const ofTypes = anyOf(types.map((type) => equals('eventType', type)));
  return `(${ofTypes} and ${anyOf(applicationIds.map((id) => equals('target.id', id)))})`;
};
