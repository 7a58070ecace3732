import { ApplicationFailure } from '@temporalio/common';
import type { OktaEventsSettings } from '../../domain/config.js';
import { FailureType } from '../../domain/failures.js';
import type { Configuration } from '../configuration/types.js';

/**
 * How the events of an Okta instance are read, as the configuration says now.
 *
 * @throws ApplicationFailure `Configuration`, not retryable, when it does not say, or says that they are not
 */
export function eventSettingsOf(configuration: Configuration, okta: string): OktaEventsSettings {
  const found = configuration.current().ilm.oktaEvents.find(({ instance }) => instance === okta);
  if (found === undefined) throw configurationFault(`oktaEvents of ilm.yaml has no entry for '${okta}': add one.`);
  if (!found.enabled) throw configurationFault(`oktaEvents of '${okta}' is switched off: set enabled to true.`);
  return found;
}

/** What stops a poll until somebody changes the configuration. */
export const configurationFault = (message: string): ApplicationFailure =>
  ApplicationFailure.create({ type: FailureType.Configuration, message, nonRetryable: true });
