import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const textOf = (node: ts.Node | undefined): string | undefined => {
  if (node === undefined) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.getText().slice(1, -1) : undefined;
};

/** A title stands first in a call, as in `test('...', ...)`, or is called so, as in a table of cases. */
const titleOf = (node: ts.Node): string | undefined => {
  if (ts.isCallExpression(node)) return textOf(node.arguments[0]);
  return ts.isPropertyAssignment(node) && node.name.getText() === 'title' ? textOf(node.initializer) : undefined;
};

/**
 * The titles of a file's tests as they are written, `${...}` included.
 *
 * @param file path from the top of the repository
 * @throws Error (ENOENT) when there is no such file
 */
export function titlesOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(`${ROOT}${file}`, 'utf8'), ts.ScriptTarget.Latest, true);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    const title = titleOf(node);
    if (title !== undefined) titles.push(title);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}
