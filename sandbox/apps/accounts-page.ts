import { html } from '../../domain/html.js';
import { page } from '../peer/page.js';
import type { Html } from '../../domain/html.js';
import { valuesOf } from './account-store.js';
import type { AppState } from './app-state.js';
import { FAULT_DESCRIPTIONS } from './definition.js';

const MOST_ROWS = 200;

/** The page for people: the accounts and groups of each application, and a form for its faults. */
export function accountsPage(states: readonly AppState[], baseUrlOf: (state: AppState) => string): string {
  return page(
    'Simulated applications',
    html`${states.map((state) => section(state, baseUrlOf(state)))}
      <p>Programs find the commands at <code>GET /control</code>.</p>`,
  );
}

function section(state: AppState, baseUrl: string): Html {
  const waiting = state.faults.list();
  return html`
    <h2>${state.name}</h2>
    <p>SCIM 2.0 at <code>${baseUrl}</code>; ${state.users.size} accounts, ${state.groups.size} groups.</p>
    ${accounts(state)} ${groups(state)}
    <form method="post" action="/control/${state.slug}/faults">
      <select name="kind" aria-label="fault">
        ${Object.entries(FAULT_DESCRIPTIONS).map(
          ([kind, words]) => html`<option value="${kind}">${kind}: ${words}</option>`,
        )}
      </select>
      <input name="times" placeholder="1 or forever" aria-label="times" />
      <button>Add fault</button>
    </form>
    ${
      waiting.length === 0
        ? null
        : html`<form method="post" action="/control/${state.slug}/clear-faults">
            Waiting: ${waiting.map(({ fault, times }) => `${fault.kind} (${times})`).join(', ')} <button>Clear</button>
          </form>`
    }
  `;
}

function accounts({ users }: AppState): Html {
  if (users.size === 0) return html``;
  return html`
    <table>
      <tr>
        <th>Name</th>
        <th>User name</th>
        <th>E-mail</th>
        <th>Title</th>
        <th>State</th>
      </tr>
      ${users
        .all()
        .slice(-MOST_ROWS)
        .reverse()
        .map(
          (user) => html`
            <tr>
              <td>${textOf(user['displayName'])}</td>
              <td>${textOf(user['userName'])}</td>
              <td>${valuesOf(user['emails']).join(', ')}</td>
              <td>${textOf(user['title'])}</td>
              <td>${user['active'] === true ? 'active' : 'disabled'}</td>
            </tr>
          `,
        )}
    </table>
    ${users.size > MOST_ROWS ? html`<p>The latest ${MOST_ROWS} are shown.</p>` : null}
  `;
}

function groups(state: AppState): Html {
  return html`${state.groups.all().map(
    (group) => html`
      <p>
        Group ${textOf(group['displayName'])}:
        ${valuesOf(group['members'])
          .slice(0, MOST_ROWS)
          .map((id) => String(state.users.get(String(id))?.['userName'] ?? id))
          .join(', ')}
      </p>
    `,
  )}`;
}

/** A single-valued attribute as text; anything else has no place in a table. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
