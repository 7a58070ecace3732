import { stopOnSignal, supervise } from '../../sandbox/servers/supervisor.js';

/** Supervises a shell that runs the given script and prints the process ids to watch, its own first. */
async function main(script: string): Promise<void> {
  const program = await supervise({ name: 'shell', command: '/bin/sh', args: ['-c', script], graceSeconds: 1 });
  stopOnSignal(() => program.stop());
  console.log(JSON.stringify([process.pid, ...program.pids]));
}

void main(process.argv[2] ?? '');
