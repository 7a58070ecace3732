import { html } from '../../domain/html.js';
import { page } from '../peer/page.js';
import type { Html } from '../../domain/html.js';
import { describeCommands } from './commands.js';
import type { Company } from './company.js';
import { Field } from './report-entry.js';
import type { ReportEntry } from './report-entry.js';

const MOST_ROWS = 200;

const COLUMNS = [
  Field.email,
  Field.displayName,
  Field.employeeId,
  Field.status,
  Field.hireDate,
  Field.lastDayOfWork,
  Field.title,
  Field.department,
  Field.location,
] as const;

/** The page for people: who is in the reports, and a form for each command. `query` is a part of any shown value. */
export function peoplePage(company: Company, query: string): string {
  return page(
    'Simulated Workday',
    html`
      <form method="get" action="/">
        <input name="q" value="${query}" placeholder="part of a name or address" aria-label="search" />
        <button>Search</button>
      </form>
      ${table('Employees', company.employees, query)} ${table('Contractors', company.contractors, query)}
      <h2>Commands</h2>
      ${describeCommands().map(
        (command) => html`
          <details>
            <summary><strong>${command.name}</strong> ${command.description}</summary>
            <form method="post" action="/commands/${command.name}">
              ${command.arguments
                .filter(({ name }) => name !== 'fields')
                .map(
                  ({ name, required, fallback, description }) => html`
                    <label title="${description}"
                      >${name}${required ? ' *' : ''}
                      <input name="${name}" placeholder="${fallback}" ${required ? html`required` : null} />
                    </label>
                  `,
                )}
              <button>Run</button>
            </form>
          </details>
        `,
      )}
      <p>
        Programs send <code>POST /commands/&lt;name&gt;</code> with JSON; <code>GET /commands</code> describes them.
      </p>
    `,
  );
}

function table(title: string, rows: readonly ReportEntry[], query: string): Html {
  const wanted = query.toLowerCase();
  const found = rows.filter((row) => COLUMNS.some((column) => (row[column] ?? '').toLowerCase().includes(wanted)));
  return html`
    <h2>${title}</h2>
    <p>${found.length} of ${rows.length} people${found.length > MOST_ROWS ? `, the first ${MOST_ROWS} shown` : ''}</p>
    <table>
      <tr>
        ${COLUMNS.map((column) => html`<th>${column.replaceAll('_', ' ')}</th>`)}
      </tr>
      ${found.slice(0, MOST_ROWS).map(
        (row) => html`
          <tr>
            ${COLUMNS.map((column) => html`<td>${row[column]}</td>`)}
          </tr>
        `,
      )}
    </table>
  `;
}
