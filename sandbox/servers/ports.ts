import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 that nothing listens on: the preferred one when it is free, else one that the system chooses.
 * Another program can still take it before it is used, so a start that fails over it is worth another try.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  return await listenOnce(0);
}

/** Whether nothing listens on the port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  return await listenOnce(port).then(
    () => true,
    () => false,
  );
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error(`port ${port} could not be opened`));
        else resolve(address.port);
      });
    });
  });
}
