import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of the other side of the wire. */
export interface Peer {
  /** The first line that it printed. */
  readonly told: string;
  stop(): void;
}

/**
 * Starts a benchmark's file as a process that serves what the measured side talks to, and waits for its first line.
 *
 * @param module `import.meta.url` of the benchmark's file
 * @param args told to it as JSON
 */
export async function startPeer(module: string, args: object): Promise<Peer> {
  const command = ['--import', 'tsx', fileURLToPath(module), JSON.stringify(args)];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8');
  let output = '';
  const told = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: string) => {
      output += chunk;
      if (output.includes('\n')) resolve(output.trim());
    });
    child.once('exit', () => reject(new Error('the peer ended')));
  });
  return { told, stop: () => void child.kill('SIGKILL') };
}
