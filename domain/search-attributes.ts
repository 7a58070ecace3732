/**
 * Search attributes of every run, all registered before a worker starts. They are neither encrypted nor access
 * controlled, so they hold opaque ids and closed lists only: no names, no addresses.
 */
export const SEARCH_ATTRIBUTES = {
  IlmIncidentType: 'KEYWORD',
  IlmState: 'KEYWORD',
  IlmEmployeeId: 'KEYWORD',
  IlmInstance: 'KEYWORD_LIST',
  IlmTask: 'KEYWORD',
  IlmOwner: 'KEYWORD',
} as const;
export type SearchAttributeName = keyof typeof SEARCH_ATTRIBUTES;
