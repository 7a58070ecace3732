import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';

import { createCertificates } from '../../../sandbox/peer/certificate.js';

/** Protocol operations that change a directory, by their tag (RFC 4511, 4.2 to 4.9). */
const WRITES: Readonly<Record<number, string>> = { 0x66: 'modify', 0x68: 'add', 0x4a: 'delete', 0x6c: 'rename' };

/** A relay in front of an LDAPS server, with a certificate of its own, that sees and loses messages. */
export interface LdapRelay {
  readonly url: string;
  readonly ca: string;
  /** Requests that change the directory, since the start. */
  readonly writes: string[];
  /** Connections that were opened so far. */
  connections(): number;
  /** The next request of this kind reaches the server; its answer does not reach the client, whose connection ends. */
  loseNext(operation: string): void;
  /** Ends every connection now. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a relay on a free port. */
export async function startLdapRelay(upstream: { readonly url: string; readonly ca: string }): Promise<LdapRelay> {
  const { ca, cert, key } = await createCertificates();
  const target = new URL(upstream.url);
  const writes: string[] = [];
  const clients = new Set<TLSSocket>();
  let doomed: string | undefined;
  let connections = 0;

  const server = createServer({ cert, key }, (client) => {
    connections++;
    clients.add(client);
    const onward = connect({ host: target.hostname, port: Number(target.port || 636), ca: upstream.ca });
    let losing = false;
    let pending = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      for (let message = takeMessage(pending); message !== null; message = takeMessage(pending)) {
        pending = pending.subarray(message.length);
        const operation = WRITES[operationTag(message)];
        if (operation !== undefined) writes.push(operation);
        if (operation !== undefined && operation === doomed) {
          doomed = undefined;
          losing = true;
        }
        onward.write(message);
      }
    });
    onward.on('data', (chunk: Buffer) => {
      if (losing) client.destroy();
      else client.write(chunk);
    });
    client.on('error', () => onward.destroy());
    onward.on('error', () => client.destroy());
    client.on('close', () => {
      clients.delete(client);
      onward.destroy();
    });
    onward.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ldaps://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca,
    writes,
    connections: () => connections,
    loseNext: (operation) => {
      doomed = operation;
    },
    cut: () => clients.forEach((client) => client.destroy()),
    close: async () => {
      clients.forEach((client) => client.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

/** The first complete LDAP message of the bytes, `null` when it is not all there. */
function takeMessage(bytes: Buffer): Buffer | null {
  if (bytes.length < 2) return null;
  const { header, length } = readLength(bytes, 1);
  return bytes.length < header + length ? null : bytes.subarray(0, header + length);
}

/** Reads a BER length; `header` is where the contents start. */
function readLength(bytes: Buffer, offset: number): { readonly header: number; readonly length: number } {
  const first = bytes.readUInt8(offset);
  if (first < 0x80) return { header: offset + 1, length: first };
  const size = first & 0x7f;
  return { header: offset + 1 + size, length: bytes.readUIntBE(offset + 1, size) };
}

/** The tag behind sequence header and message id. */
function operationTag(message: Buffer): number {
  const { header } = readLength(message, 1);
  return message.readUInt8(header + 2 + message.readUInt8(header + 1));
}
