import { createHash } from 'node:crypto';

import { html } from '../../domain/html.js';
import type { Html } from '../../domain/html.js';
import { consequenceOf } from '../../domain/task-consequences.js';
import type { Task } from '../../domain/incident.js';
import type { IncidentDocument } from '../../activities/store/incident-document.js';

const STYLE = `:root{color-scheme:light dark}*{box-sizing:border-box}
body{font:17px/1.5 system-ui,sans-serif;margin:0 auto;max-width:40rem;padding:1rem;overflow-wrap:anywhere}
h1{font-size:1.3rem;line-height:1.3}dl{margin:1rem 0}dt{font-weight:600}dd{margin:0 0 .6rem}
fieldset{border:1px solid #8a94a0;border-radius:.4rem;margin:0 0 1rem;padding:1rem;min-width:0}
fieldset p{margin:0 0 .8rem}label{display:block;margin:0 0 1rem}
textarea,button{display:block;width:100%;font:inherit;min-height:48px;border-radius:.4rem;border:1px solid #8a94a0}
textarea{min-height:5rem;padding:.5rem;margin-top:.3rem}
button{padding:.6rem 1rem;background:#14507d;color:#fff;border-color:#14507d;cursor:pointer}
button:focus-visible,textarea:focus-visible{outline:3px solid #e08a00;outline-offset:2px}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Headers of every page: nothing is run, loaded, framed, kept or told to others. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
  'cross-origin-opener-policy': 'same-origin',
};

/** Longest comment, in characters. */
export const LONGEST_COMMENT = 1_000;

/** A page with a heading and blocks. */
function page(title: string, ...blocks: readonly Html[]): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${{ markup: `<style>${STYLE}</style>` }}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${blocks}
        </main>
      </body>
    </html>`.markup;
}

const paragraph = (text: string): Html => html`<p>${text}</p>`;

/** A page of words only: how something ended, or why it cannot go on. */
export const messagePage = (title: string, ...paragraphs: readonly string[]): string =>
  page(title, ...paragraphs.map(paragraph));

/** An open question: what it is about, what each option does, and the form that answers it. */
export function questionPage(incident: IncidentDocument, task: Task, token: string, isForTwo: boolean): string {
  const { displayName } = incident.userProfile.fields;
  const facts: readonly (readonly [string, string])[] = [
    ['Person', [displayName, incident.email].filter((text) => typeof text === 'string' && text !== '').join(', ')],
    ['Employee id', incident.employeeId],
    ['Event', incident.type],
    ['What was found', incident.details],
    ['Incident', incident._id],
    ['Asked', task.openedAt],
  ];
  return page(
    task.question,
    html`<dl>
      ${facts
        .filter(([, value]) => value !== '')
        .map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
    </dl>`,
    paragraph(
      isForTwo
        ? 'Two people have to choose the same. Yours is one of the two.'
        : 'The first answer counts. Nothing happens until somebody chooses.',
    ),
    html`<form method="post">
      <input type="hidden" name="token" value="${token}" />
      <label
        >Comment, kept with the answer (optional)
        <textarea name="comment" maxlength="${LONGEST_COMMENT}" rows="3"></textarea>
      </label>
      ${task.options.map(
        (option) =>
          html`<fieldset>
            <p>${consequenceOf(task.kind, option)}</p>
            <button name="option" value="${option}">${option}</button>
          </fieldset> `,
      )}
    </form>`,
  );
}
