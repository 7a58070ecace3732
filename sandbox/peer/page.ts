import { html } from '../../domain/html.js';
import type { Html } from '../../domain/html.js';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2430}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #dfe4ea;vertical-align:top}
form{display:flex;flex-wrap:wrap;gap:.4rem;margin:.3rem 0;align-items:center}input,button,select{font:inherit;padding:.15rem .4rem}
code,pre{background:#f3f5f7;padding:.1rem .3rem;white-space:pre-wrap}iframe{width:100%;height:60vh;border:1px solid #dfe4ea}`;

/** A whole page for people: no scripts, nothing loaded from elsewhere. */
export function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <style>
          ${{ markup: STYLE }}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`.markup;
}

/** Headers of every page: a browser runs and loads nothing, whatever a value may contain. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; form-action 'self'; frame-ancestors 'self'",
  'x-content-type-options': 'nosniff',
};
