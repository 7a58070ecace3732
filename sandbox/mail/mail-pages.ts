import { html } from '../../domain/html.js';
import { page } from '../peer/page.js';
import type { CaughtMail } from './mail.js';
import { MAIL_MODES } from './smtp.js';
import type { MailMode } from './smtp.js';

const MOST_ROWS = 300;

/** The list of caught mails, latest first. `to` is what was searched for. */
export function listPage(mails: readonly CaughtMail[], mode: MailMode, smtpUrl: string, to: string): string {
  return page(
    'Caught mail',
    html`
      <p>Mail for <code>${smtpUrl}</code> ends here; nothing is delivered anywhere.</p>
      <form method="get" action="/">
        <input name="to" value="${to}" placeholder="receiver's address" aria-label="receiver" />
        <button>Search</button>
      </form>
      <p>${mails.length} mails${mails.length > MOST_ROWS ? `, the latest ${MOST_ROWS} shown` : ''}</p>
      <table>
        <tr>
          <th>Time</th>
          <th>To</th>
          <th>Subject</th>
        </tr>
        ${mails
          .slice(-MOST_ROWS)
          .reverse()
          .map(
            (mail) => html`
              <tr>
                <td>${mail.at}</td>
                <td>${mail.to.join(', ')}</td>
                <td><a href="/mails/${mail.id}">${mail.subject === '' ? '(no subject)' : mail.subject}</a></td>
              </tr>
            `,
          )}
      </table>
      <h2>The catcher</h2>
      <p>Now: <strong>${mode}</strong>, ${MAIL_MODES[mode]}.</p>
      <form method="post" action="/control/mode">
        <select name="mode" aria-label="mode">
          ${Object.entries(MAIL_MODES).map(([name, words]) => html`<option value="${name}">${name}: ${words}</option>`)}
        </select>
        <button>Change</button>
      </form>
      <form method="post" action="/control/clear"><button>Forget all mails</button></form>
      <p>Programs use <code>GET /api/mails?to=&amp;subject=</code> and <code>DELETE /api/mails</code>.</p>
    `,
  );
}

/** One mail. Its HTML is shown in a frame in which nothing runs and from which nothing is loaded. */
export function mailPage(mail: CaughtMail): string {
  return page(
    mail.subject === '' ? '(no subject)' : mail.subject,
    html`
      <p><a href="/">All mails</a></p>
      <table>
        <tr>
          <th>From</th>
          <td>${mail.from}</td>
        </tr>
        <tr>
          <th>To</th>
          <td>${mail.to.join(', ')}</td>
        </tr>
        <tr>
          <th>Time</th>
          <td>${mail.at}</td>
        </tr>
      </table>
      ${mail.html === '' ? null : html`<iframe sandbox title="mail" srcdoc="${mail.html}"></iframe>`}
      ${mail.text === '' ? null : html`<pre>${mail.text}</pre>`}
      ${mail.attachments.map(
        ({ filename, contentType, size }) => html`<p>Attachment: ${filename} (${contentType}, ${size} bytes)</p>`,
      )}
    `,
  );
}
