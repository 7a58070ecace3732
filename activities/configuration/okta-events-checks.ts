import type { IlmConfig, OktaEventsSettings } from '../../domain/config.js';
import { OktaEventType } from '../../domain/okta/event-types.js';
import { OKTA_BRAND } from '../../domain/selection.js';
import type { Findings } from './findings.js';
import type { SourceFile } from './source-file.js';

/** Checks what is read of the events of Okta instances: that there is something to ask, and whom to believe. */
export function checkOktaEvents(ilm: IlmConfig, source: SourceFile, findings: Findings): void {
  const seen = new Set<string>();
  ilm.oktaEvents.forEach((settings, index) => {
    const path = (...rest: readonly PropertyKey[]): PropertyKey[] => ['oktaEvents', index, ...rest];
    const { instance: value } = settings;
    if (seen.has(value)) {
      findings.fault(source, path('instance'), {
        value,
        problem: 'is used twice',
        remedy: 'Write one entry for each Okta instance.',
      });
    }
    seen.add(value);
    checkInstance(ilm, value, path('instance'), source, findings);
    checkFilter(settings, path, source, findings);
    checkTufe(settings, path, source, findings);
  });
}

type PathOf = (...rest: readonly PropertyKey[]) => PropertyKey[];

function checkInstance(
  { instances }: IlmConfig,
  value: string,
  path: readonly PropertyKey[],
  source: SourceFile,
  findings: Findings,
): void {
  const found = instances.find(({ name }) => name === value);
  if (found?.brand !== OKTA_BRAND) {
    findings.fault(source, path, {
      value,
      problem: 'is no Okta instance under instances',
      remedy: `Name an instance of the brand ${OKTA_BRAND}, or add one.`,
    });
  } else if (!found.enabled) {
    findings.warn(source, path, {
      value,
      problem: 'is switched off under instances, so its events are not read',
      remedy: 'Switch the instance on, or remove this entry.',
    });
  }
}

function checkFilter(settings: OktaEventsSettings, path: PathOf, source: SourceFile, findings: Findings): void {
  const { autoGenerateQueryFilter, fetchQueryFilter: value } = settings;
  const isEmpty = value.trim() === '';
  if (autoGenerateQueryFilter) {
    if (isEmpty) return;
    findings.warn(source, path('fetchQueryFilter'), {
      value,
      problem: 'is not used while autoGenerateQueryFilter is on',
      remedy: 'Switch autoGenerateQueryFilter off, or remove the filter.',
    });
  } else if (isEmpty) {
    findings.fault(source, path('fetchQueryFilter'), {
      problem: 'is empty, and autoGenerateQueryFilter is off',
      remedy: 'Write a filter, or switch autoGenerateQueryFilter on.',
    });
  } else if (/\bpublished\b/.test(value)) {
    findings.fault(source, path('fetchQueryFilter'), {
      value,
      problem: 'filters by published, which Okta refuses',
      remedy: 'Remove that part; what was read before is remembered without it.',
    });
  }
}

/** Without a rule, the disabling of every leaver by our own connector would come back as a termination. */
function checkTufe(settings: OktaEventsSettings, path: PathOf, source: SourceFile, findings: Findings): void {
  const { autoGenerateQueryFilter, eventTypes, fetchQueryFilter, tufe } = settings;
  const asksForDeactivations = autoGenerateQueryFilter
    ? eventTypes.includes(OktaEventType.Deactivation)
    : fetchQueryFilter.includes(OktaEventType.Deactivation);
  if (!asksForDeactivations || tufe.dropActors.length > 0 || tufe.onlyActors.length > 0) return;
  findings.fault(source, path('tufe'), {
    problem: `does not say whose ${OktaEventType.Deactivation} ends an employment, so our own would count`,
    remedy: 'Name the account of the instance in tufe.dropActors, or those who end employments in tufe.onlyActors.',
  });
}
