import { LOCAL_HOST, createPeerServer, portOf } from '../peer/http.js';
import { html } from '../../domain/html.js';
import { PAGE_HEADERS, page } from '../peer/page.js';
import { UserFlag, hasFlag } from './account-flags.js';
import type { DirectoryState } from './directory-state.js';
import { isOf } from './tree.js';
import type { StoredEntry } from './tree.js';

const MOST_ROWS = 300;

/** A page that shows the accounts, for people; it changes nothing. */
export async function startDirectoryPage(
  state: DirectoryState,
  port: number,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const web = createPeerServer();
  web.get('/', async (_request, reply) => reply.headers(PAGE_HEADERS).send(accountsPage(state)));
  await web.listen({ host: LOCAL_HOST, port });
  return { url: `http://${LOCAL_HOST}:${portOf(web.server)}`, stop: () => web.close() };
}

function accountsPage({ tree }: DirectoryState): string {
  const accounts = [...tree.all()].filter((entry) => isOf(entry, 'user'));
  const first = ({ attributes }: StoredEntry, name: string): string => attributes[name]?.[0] ?? '';
  return page(
    'Simulated Active Directory',
    html`
      <p>${accounts.length} accounts below <code>${tree.baseDn}</code>; the latest ${MOST_ROWS} are shown.</p>
      <table>
        <tr>
          <th>Account name</th>
          <th>Name</th>
          <th>E-mail</th>
          <th>State</th>
          <th>Password</th>
          <th>Place</th>
        </tr>
        ${accounts
          .slice(-MOST_ROWS)
          .reverse()
          .map(
            (entry) => html`
              <tr>
                <td>${first(entry, 'samaccountname')}</td>
                <td>${first(entry, 'displayname')}</td>
                <td>${first(entry, 'mail')}</td>
                <td>${hasFlag(entry, UserFlag.Disabled) ? 'disabled' : 'enabled'}</td>
                <td>${passwordState(entry)}</td>
                <td>${tree.dnOf(entry)}</td>
              </tr>
            `,
          )}
      </table>
    `,
  );
}

function passwordState(entry: StoredEntry): string {
  if (entry.secret === undefined) return 'none';
  return entry.attributes['pwdlastset']?.[0] === '0' ? 'to be changed' : 'set';
}
