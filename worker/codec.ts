import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

const ENCODING = 'binary/encrypted';
const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const text = new TextEncoder();

/**
 * Encrypts payloads with AES-256-GCM under the first key and decrypts them under any, so that keys can be rotated: put
 * the new key first and keep the old ones until their histories are gone. What it did not encrypt passes through.
 */
export class EncryptionCodec implements PayloadCodec {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #current: string;

  /**
   * @param keys key id to 32 bytes; the first is used to encrypt
   * @throws Error when there is no key or one has another length
   */
  constructor(keys: ReadonlyMap<string, Buffer>) {
    const [current] = keys.keys();
    if (current === undefined) throw new Error('ILM_CODEC_KEYS names no key');
    for (const [id, key] of keys) {
      if (key.length !== KEY_BYTES)
        throw new Error(`ILM_CODEC_KEYS: key '${id}' has ${key.length} bytes instead of 32`);
    }
    this.#keys = keys;
    this.#current = current;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return await Promise.resolve(payloads.map((payload) => this.#encrypt(payload)));
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return await Promise.resolve(payloads.map((payload) => this.#decrypt(payload)));
  }

  #encrypt(payload: Payload): Payload {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key(this.#current), nonce);
    const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
    const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { metadata: { encoding: text.encode(ENCODING), 'key-id': text.encode(this.#current) }, data };
  }

  #decrypt(payload: Payload): Payload {
    const encoding = Buffer.from(payload.metadata?.['encoding'] ?? []).toString();
    if (encoding !== ENCODING || payload.data === null || payload.data === undefined) return payload;
    const data = Buffer.from(payload.data);
    const decipher = createDecipheriv(
      ALGORITHM,
      this.#key(Buffer.from(payload.metadata?.['key-id'] ?? []).toString()),
      data.subarray(0, NONCE_BYTES),
    );
    decipher.setAuthTag(data.subarray(-TAG_BYTES));
    const plain = Buffer.concat([decipher.update(data.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return proto.temporal.api.common.v1.Payload.decode(plain);
  }

  #key(id: string): Buffer {
    const key = this.#keys.get(id);
    if (key === undefined)
      throw new Error(`a payload was encrypted with key '${id}', which ILM_CODEC_KEYS does not name`);
    return key;
  }
}

/**
 * The data converter that `ILM_CODEC_KEYS` asks for (`id:base64,id:base64`, first one encrypts); undefined without it.
 * Client, worker and every script that talks to the same namespace need the same one. Failure messages stay readable;
 * they hold no personal data by rule.
 */
export function dataConverterFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): DataConverter | undefined {
  const value = env['ILM_CODEC_KEYS'];
  if (value === undefined || value === '') return undefined;
  const keys = new Map(
    value.split(',').map((pair): [string, Buffer] => {
      const [id = '', key = ''] = pair.trim().split(':');
      return [id, Buffer.from(key, 'base64')];
    }),
  );
  return { payloadCodecs: [new EncryptionCodec(keys)] };
}
