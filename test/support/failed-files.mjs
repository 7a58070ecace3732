/** A reporter of `node --test` that prints the files in which a test failed, one on each line. */
export default async function* failedFiles(events) {
  for await (const { type, data } of events) {
    if (type === 'test:fail') yield `${data.file ?? data.name}\n`;
  }
}
