import type { AppGroupSyncSettings, AppProvisioningSettings, IlmConfig } from '../../domain/config.js';
import type { ConfigurationFault } from './faults.js';

/** A configuration directory, read and checked. */
export interface LoadedConfiguration {
  readonly directory: string;
  readonly ilm: IlmConfig;
  readonly appProvisioningSettings: AppProvisioningSettings;
  readonly appGroupSyncSettings: AppGroupSyncSettings;
  /** Parsed mapper files by their path relative to the configuration directory. */
  readonly mappers: Readonly<Record<string, unknown>>;
  /** HTML templates by file name. */
  readonly templates: Readonly<Record<string, string>>;
  /** What can be meant as it stands and probably is not. */
  readonly warnings?: readonly ConfigurationFault[];
}

/**
 * The configuration as activities see it: read again when a file changed, so that a run gets what is valid at each of
 * its entries. A changed file that is faulty keeps the last good state and reports the faults.
 */
export interface Configuration {
  current(): LoadedConfiguration;
}
