import { startServers } from '../../sandbox/servers/servers.js';
import type { ServerName } from '../../sandbox/servers/servers.js';
import { stopOnSignal } from '../../sandbox/servers/supervisor.js';

/** Starts the named servers in a data folder and prints `{ addresses, pids }` on one line, or ends with a message. */
async function main(dataDir: string, ...need: ServerName[]): Promise<void> {
  const servers = await startServers({ need, dataDir, logDir: `${dataDir}/logs` });
  stopOnSignal(() => servers.stop());
  console.log(JSON.stringify({ addresses: servers.addresses, pids: [process.pid, ...servers.pids] }));
}

main(process.argv[2] ?? '', ...(process.argv.slice(3) as ServerName[])).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
