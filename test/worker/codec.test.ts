import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';

import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import fc from 'fast-check';

import { dataConverterFromEnvironment, EncryptionCodec } from '../../worker/codec.js';

const OLD = ['2025', randomBytes(32)] as const;
const NEW = ['2026', randomBytes(32)] as const;
const SECRET = 'planted-marker';

const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const valueOf = (encoded: Payload): unknown => defaultPayloadConverter.fromPayload(encoded);
const bytesOf = ({ data, metadata }: Payload): string =>
  [data, ...Object.values(metadata ?? {})].map((part) => Buffer.from(part ?? []).toString('latin1')).join();

suite('the payload codec', () => {
  test('gives back every value', async () => {
    const codec = new EncryptionCodec(new Map([NEW]));

    await fc.assert(
      fc.asyncProperty(fc.array(fc.json()), async (texts) => {
        const payloads = texts.map((text) => payload(JSON.parse(text) as unknown));
        const decoded = await codec.decode(await codec.encode(payloads));
        assert.deepEqual(decoded.map(valueOf), payloads.map(valueOf));
      }),
      { numRuns: 50 },
    );
  });

  test('leaves nothing of a value readable, and encrypts the same value differently each time', async () => {
    const codec = new EncryptionCodec(new Map([NEW]));

    const [one, other] = await codec.encode([payload({ name: SECRET }), payload({ name: SECRET })]);

    assert.ok(one && other);
    assert.equal(bytesOf(one).includes(SECRET), false);
    assert.notEqual(bytesOf(one), bytesOf(other));
  });

  test('reads what an older key wrote and writes with the first key', async () => {
    const written = await new EncryptionCodec(new Map([OLD])).encode([payload(SECRET)]);
    const rotated = new EncryptionCodec(new Map([NEW, OLD]));

    assert.deepEqual((await rotated.decode(written)).map(valueOf), [SECRET]);
    const again = await rotated.encode([payload(SECRET)]);
    assert.deepEqual((await new EncryptionCodec(new Map([NEW])).decode(again)).map(valueOf), [SECRET]);
  });

  test('names the key that is missing', async () => {
    const written = await new EncryptionCodec(new Map([OLD])).encode([payload(SECRET)]);

    await assert.rejects(new EncryptionCodec(new Map([NEW])).decode(written), /'2025'/);
  });

  test('refuses what was tampered with', async () => {
    const codec = new EncryptionCodec(new Map([NEW]));
    const [encoded] = await codec.encode([payload(SECRET)]);
    assert.ok(encoded?.data);
    const data = Buffer.from(encoded.data);
    data.writeUInt8(data.readUInt8(20) ^ 1, 20);

    await assert.rejects(codec.decode([{ ...encoded, data }]));
  });

  test('passes through what it did not encrypt, such as histories from before', async () => {
    const plain = payload(SECRET);

    assert.deepEqual(await new EncryptionCodec(new Map([NEW])).decode([plain]), [plain]);
  });
});

suite('ILM_CODEC_KEYS', () => {
  const key = NEW[1].toString('base64');

  test('is off when it is absent or empty', () => {
    assert.equal(dataConverterFromEnvironment({}), undefined);
    assert.equal(dataConverterFromEnvironment({ ILM_CODEC_KEYS: '' }), undefined);
  });

  test('makes a converter whose first key encrypts', async () => {
    const converter = dataConverterFromEnvironment({
      ILM_CODEC_KEYS: `2026:${key}, 2025:${OLD[1].toString('base64')}`,
    });

    const [codec] = converter?.payloadCodecs ?? [];
    const written = (await codec?.encode([payload(SECRET)])) ?? [];

    assert.deepEqual((await new EncryptionCodec(new Map([NEW])).decode(written)).map(valueOf), [SECRET]);
  });

  for (const value of ['2026', '2026:', '2026:c2hvcnQ=', `2026:${key},2025:c2hvcnQ=`]) {
    test(`is refused when a key has not 32 bytes, and shows none: ${value.length} characters`, () => {
      assert.throws(
        () => dataConverterFromEnvironment({ ILM_CODEC_KEYS: value }),
        (error: Error) => /32/.test(error.message) && !error.message.includes(key),
      );
    });
  }
});
