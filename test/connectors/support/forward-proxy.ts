import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** A proxy that connects only those who sign in, and keeps a list of where to. */
export interface ForwardProxy {
  /** With user name and password. */
  readonly url: string;
  readonly host: string;
  /** `host:port` of every connection that was made. */
  readonly tunnels: readonly string[];
}

const NAMES = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);

/** Starts a proxy, or one that answers every request by a status; ended with the test. */
export async function startProxy(
  t: TestContext,
  { refusal }: { readonly refusal?: number } = {},
): Promise<ForwardProxy> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const expected = `Basic ${Buffer.from('svc:proxy-secret').toString('base64')}`;
  const server = createServer((_request, response) => void response.writeHead(405).end());
  server.on('connection', (socket) => void sockets.add(socket));
  server.on('connect', (request, socket: Socket) => {
    const status = request.headers['proxy-authorization'] === expected ? refusal : 407;
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const target = request.url ?? '';
    tunnels.push(target);
    const { hostname, port } = new URL(`http://${target}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://svc:proxy-secret@${host}`, host, tunnels };
}

/** Sets the variables that name proxies, and no other, until the test is over. */
export function setProxies(t: TestContext, variables: Readonly<Record<string, string>>): void {
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  for (const name of NAMES) delete process.env[name];
  Object.assign(process.env, variables);
  t.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}
