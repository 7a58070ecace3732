import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readRows, ReportFormatError } from '../../../activities/report/row-stream.js';

/** The bytes of a text in chunks of the given sizes, the last one repeated. */
async function* chunked(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[Math.min(turn, sizes.length - 1)] ?? 1);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function rowsIn(text: string, sizes: readonly number[] = [7]): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const batch of readRows(chunked(text, sizes))) rows.push(...batch);
  return rows;
}

const refusalOf = async (text: string): Promise<ReportFormatError> => {
  try {
    await rowsIn(text);
  } catch (error) {
    assert.ok(error instanceof ReportFormatError);
    return error;
  }
  throw new assert.AssertionError({ message: 'the document was taken' });
};

test('reads the rows that JSON.parse reads, wherever the document is cut into chunks', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue()),
      fc.dictionary(fc.string(), fc.jsonValue()),
      sizes,
      async (rows, more, cuts) => {
        const { Report_Entry: _, ...around } = more as Record<string, unknown>;
        const text = JSON.stringify({ ...around, Report_Entry: rows, last: [{ Report_Entry: [1] }] }, null, 1);

        assert.deepEqual(await rowsIn(text, cuts), (JSON.parse(text) as { Report_Entry: unknown[] }).Report_Entry);
      },
    ),
    { numRuns: 200 },
  );
});

test('reads a report that is larger than a batch', async () => {
  const rows = Array.from({ length: 5_000 }, (_, n) => ({
    Emp_ID: String(n),
    Title: 'Analyst, "senior" \\ ]}'.repeat(10),
  }));

  assert.deepEqual(await rowsIn(JSON.stringify({ Report_Entry: rows }), [65_536]), rows);
});

test('an empty document and one without the list have no rows', async () => {
  for (const text of [
    '',
    '  \n',
    'null',
    '{}',
    '{"other":1}',
    '{"Report_Entry":[]}',
    '{"Report_Entry":null}',
    '\uFEFF{}',
  ]) {
    assert.deepEqual(await rowsIn(text), [], text);
  }
});

test('a document of another shape or no JSON at all is refused for good', async () => {
  const large = JSON.stringify(Array.from({ length: 3_000 }, () => ({ a: 'x'.repeat(100) }))).slice(0, -1);
  for (const text of [
    '[]',
    '"text"',
    '{"Report_Entry":{}}',
    '{"Report_Entry":[1,]}',
    '{"Report_Entry":[1}}',
    '{"Report_Entry":[]} x',
    '{"Report_Entry":[],"Report_Entry":[]}',
    '<html></html>',
    `{"Report_Entry":${large},]}`,
  ]) {
    assert.equal((await refusalOf(text)).isCutOff, false, text.slice(0, 40));
  }
});

test('a document that ends too early is told from one that is wrong', async () => {
  const whole = JSON.stringify({ Report_Entry: [{ Emp_ID: '1' }, { Emp_ID: '2' }] });
  for (let end = 1; end < whole.length; end += 1) {
    assert.equal((await refusalOf(whole.slice(0, end))).isCutOff, true, whole.slice(0, end));
  }
});
