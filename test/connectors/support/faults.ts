import { ConnectorError, ConnectorErrorKind } from '../../../activities/connectors/types.js';

/** The error for a faulty setting, as the registry would make it. */
export const settingFault = (path: readonly PropertyKey[], message: string): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.Configuration, `settings.${path.map(String).join('.')} ${message}`);
