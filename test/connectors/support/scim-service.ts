import { once } from 'node:events';
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';

import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';

/** A stored resource, as the service keeps it. */
export type Stored = Record<string, unknown> & { id: string };

/** What happens to one matching request. `lost` = it is carried out and the connection closed without an answer. */
export type ScimFault =
  | { readonly method: string; readonly kind: 'lost' }
  | {
      readonly method: string;
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
    };

/** One request that reached the service. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, unknown>;
  readonly body: unknown;
}

/** A SCIM 2.0 service of its own on a free port. */
export interface ScimService {
  readonly baseUrl: string;
  readonly users: Map<string, Stored>;
  readonly groups: Map<string, Stored>;
  readonly requests: SeenRequest[];
  /** Tokens that are accepted now. */
  readonly tokens: Set<string>;
  /** The next matching request meets this. */
  fail(fault: ScimFault): void;
  close(): Promise<void>;
}

interface Store {
  readonly users: Map<string, Stored>;
  readonly groups: Map<string, Stored>;
}

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let declared = false;

/** The library keeps resource types per process; the store of each service comes with the request's context. */
function declareResources(): void {
  if (declared) return;
  declared = true;
  const { User, Group } = SCIMMY.Resources;
  User.extend(SCIMMY.Schemas.EnterpriseUser, false);
  SCIMMY.Resources.declare(User, {});
  SCIMMY.Resources.declare(Group, {});
  bind(User as never, (store) => store.users, 'userName');
  bind(Group as never, (store) => store.groups, 'displayName');
}

interface ScimRequest {
  readonly id?: string;
  readonly filter?: { match(values: unknown[]): unknown[] };
}

interface Bindable {
  ingress(handler: (resource: ScimRequest, data: Record<string, unknown>, store: Store) => unknown): Bindable;
  egress(handler: (resource: ScimRequest, store: Store) => unknown): Bindable;
  degress(handler: (resource: ScimRequest, store: Store) => void): Bindable;
}

function bind(type: Bindable, of: (store: Store) => Map<string, Stored>, unique: string): void {
  const missing = (): Error => Object.assign(new SCIMMY.Types.Error(404, null as never, 'Resource not found'));
  type
    .ingress((resource, data, store) => {
      const all = of(store);
      const id = resource.id ?? randomUUID();
      if (resource.id !== undefined && !all.has(id)) throw missing();
      const key = String(data[unique]).toLowerCase();
      const taken = [...all.values()].some((other) => other.id !== id && String(other[unique]).toLowerCase() === key);
      if (taken) throw new SCIMMY.Types.Error(409, 'uniqueness', `${unique} ${key} is taken`);
      const stored = { ...(JSON.parse(JSON.stringify(data)) as Record<string, unknown>), id } as Stored;
      if (Array.isArray(stored['members'])) stored['members'] = distinctMembers(stored['members']);
      all.set(id, stored);
      return stored;
    })
    .egress((resource, store) => {
      const all = of(store);
      if (resource.id !== undefined) {
        const found = all.get(resource.id);
        if (found === undefined) throw missing();
        return found;
      }
      return resource.filter === undefined ? [...all.values()] : resource.filter.match([...all.values()]);
    })
    .degress((resource, store) => {
      if (!of(store).delete(resource.id ?? '')) throw missing();
    });
}

const distinctMembers = (members: readonly { value?: string }[]): unknown[] => [
  ...new Map(members.map((member) => [member.value, member])).values(),
];

/** Starts a service. Every request needs one of `tokens`. */
export async function startScimService(): Promise<ScimService> {
  declareResources();
  const store: Store = { users: new Map(), groups: new Map() };
  const requests: SeenRequest[] = [];
  const tokens = new Set(['a-token']);
  const faults: ScimFault[] = [];
  const app = express();
  app.use(express.json({ type: ['application/json', 'application/scim+json'], limit: '5mb' }));
  app.use('/scim', (request, response, next) => {
    requests.push({ method: request.method, url: request.originalUrl, headers: request.headers, body: request.body });
    const index = faults.findIndex(({ method }) => method === request.method);
    const [fault] = index < 0 ? [] : faults.splice(index, 1);
    if (fault?.kind === 'answer') {
      response
        .status(fault.status)
        .set(fault.headers ?? {})
        .send(fault.body ?? '');
      return;
    }
    if (fault?.kind === 'lost') {
      response.json =
        response.send =
        response.end =
          () => {
            request.socket.destroy();
            return response;
          };
    }
    next();
  });
  app.use(
    '/scim',
    new SCIMMYRouters({
      type: 'bearer',
      handler: (request: { header(name: string): string | undefined }) => {
        const token = request.header('authorization')?.replace(/^Bearer /, '') ?? '';
        if (!tokens.has(token)) throw new Error('Authorization is missing or wrong');
        return 'tester';
      },
      context: () => store,
    } as never) as never,
  );
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/scim`,
    ...store,
    requests,
    tokens,
    fail: (fault) => faults.push(fault),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A stored user with the attributes that a test names. */
export function storedUser(fields: {
  userName: string;
  email?: string;
  active?: boolean;
  externalId?: string;
  displayName?: string;
  department?: string;
}): Stored {
  return {
    id: randomUUID(),
    userName: fields.userName,
    active: fields.active ?? true,
    ...(fields.externalId === undefined ? {} : { externalId: fields.externalId }),
    ...(fields.displayName === undefined ? {} : { displayName: fields.displayName }),
    ...(fields.email === undefined ? {} : { emails: [{ value: fields.email, type: 'work', primary: true }] }),
    ...(fields.department === undefined ? {} : { [ENTERPRISE]: { department: fields.department } }),
  };
}
