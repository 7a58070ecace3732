import escape from 'escape-html';

/** A two-column table of facts; both columns are escaped. */
export function factsTable(facts: readonly (readonly [name: string, value: string])[]): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><th align="left" style="padding:4px 16px 4px 0">${escape(name)}</th><td style="padding:4px 0">${escape(value)}</td></tr>`,
  );
  return `<table cellspacing="0" cellpadding="0">${rows.join('')}</table>`;
}

/** A whole mail body around blocks that are HTML already. */
export function body(...blocks: readonly string[]): string {
  return `<!doctype html><html><body style="font-family:sans-serif;font-size:15px;line-height:1.5;color:#1a1a1a">${blocks.join('')}</body></html>`;
}

/** A paragraph of plain text. */
export const paragraph = (text: string): string => `<p>${escape(text)}</p>`;

/** A link on a line of its own. */
export const link = (address: string, text: string): string =>
  `<p><a href="${escape(address)}">${escape(text)}</a></p>`;

/** How every mail of the service ends. */
export const SIGNATURE = '<p>Your IAM team</p>';
