import { html } from '../../domain/html.js';
import { page } from '../peer/page.js';
import type { Html } from '../../domain/html.js';
import { valuesOf } from './account-store.js';
import type { AppState } from './app-state.js';
import type { AppKind } from './kind.js';
import { FAULT_DESCRIPTIONS } from './definition.js';

const MOST_ROWS = 200;

/** The page for people: the accounts and groups of each application, and a form for its faults. */
export function accountsPage(apps: readonly PageApp[], urlOf: (state: AppState) => string): string {
  return page(
    'Simulated applications',
    html`${apps.map((app) => section(app, urlOf(app.state)))}
      <p>Programs find the commands at <code>GET /control</code>.</p>`,
  );
}

interface PageApp {
  readonly kind: AppKind;
  readonly state: AppState;
}

function section({ kind, state }: PageApp, url: string): Html {
  const waiting = state.faults.list();
  return html`
    <h2>${state.name}</h2>
    <p>At <code>${url}${kind.root}</code>; ${state.users.size} accounts, ${state.groups.size} groups.</p>
    ${accounts(kind, state)} ${groups(state)}
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

function accounts({ view }: AppKind, { users }: AppState): Html {
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
        .map(view)
        .map(
          (user) => html`
            <tr>
              <td>${user.displayName}</td>
              <td>${user.username}</td>
              <td>${user.email}</td>
              <td>${user.title}</td>
              <td>${user.active ? 'active' : 'disabled'}</td>
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
