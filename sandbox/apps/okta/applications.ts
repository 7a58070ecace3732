import express from 'express';
import type { Request, Router } from 'express';

import { valuesOf } from '../account-store.js';
import { newOktaId, textOf } from './organisation.js';
import type { Assignment, OktaApplication, Organisation } from './organisation.js';
import { sendPage } from './pages.js';
import type { Profile } from './profile.js';
import { notFound, OktaRefusal } from './refusal.js';
import { callerOf, route } from './routes.js';

const LIMITS = { usual: 20, most: 200 };

/** `/apps`: applications, and who is assigned to them, directly or by a group. */
export function applicationRoutes(organisation: Organisation): Router {
  const { applications } = organisation;
  const router = express.Router();

  router.get(
    '/',
    route((request, response) => {
      sendPage(request, response, found(organisation, request), LIMITS, (id) =>
        shownApplication(organisation, organisation.application(id)),
      );
    }),
  );
  router.post(
    '/',
    route((request, response) => {
      response.json(shownApplication(organisation, createApplication(organisation, request)));
    }),
  );
  router.get(
    '/:id',
    route((request, response) => {
      response.json(shownApplication(organisation, organisation.application(idOf(request))));
    }),
  );
  router.post(
    '/:id/lifecycle/:operation',
    route((request, response) => {
      const application = organisation.application(idOf(request));
      const status = request.params['operation'] === 'deactivate' ? 'INACTIVE' : 'ACTIVE';
      applications.set(application.id, { ...application, status });
      organisation.state.onChange();
      response.json({});
    }),
  );
  assignUsers(router, organisation);
  assignGroups(router, organisation);
  return router;
}

function assignUsers(router: Router, organisation: Organisation): void {
  const { applications } = organisation;
  router.get(
    '/:id/users/:userId',
    route((request, response) => {
      response.json(shownAssignment(assignmentOf(organisation, request), String(request.params['userId'])));
    }),
  );
  router.post(
    '/:id/users',
    route((request, response) => {
      const application = organisation.application(idOf(request));
      const { id, profile = {} } = (request.body ?? {}) as { readonly id?: string; readonly profile?: Profile };
      const user = organisation.user(textOf(id));
      if (user['status'] === 'DEPROVISIONED') throw new OktaRefusal('E0000038');
      organisation.change(callerOf(organisation, request), [user.id], () => {
        applications.set(application.id, { ...application, users: { ...application.users, [user.id]: profile } });
      });
      response.json(shownAssignment({ application, scope: 'USER', profile }, user.id));
    }),
  );
  router.delete(
    '/:id/users/:userId',
    route((request, response) => {
      const { application } = assignmentOf(organisation, request);
      const { id } = organisation.user(String(request.params['userId']));
      const { [id]: _removed, ...users } = application.users;
      organisation.change(callerOf(organisation, request), [id], () => {
        applications.set(application.id, { ...application, users });
      });
      response.status(204).send();
    }),
  );
}

function assignGroups(router: Router, organisation: Organisation): void {
  const { applications } = organisation;
  for (const method of ['put', 'delete'] as const) {
    router[method](
      '/:id/groups/:groupId',
      route((request, response) => {
        const application = organisation.application(idOf(request));
        const group = organisation.group(String(request.params['groupId']));
        const others = application.groups.filter((id) => id !== group.id);
        const groups = method === 'put' ? [...others, group.id] : others;
        const members = valuesOf(group['members']).map(String);
        organisation.change(callerOf(organisation, request), members, () => {
          applications.set(application.id, { ...application, groups });
        });
        if (method === 'put') response.json({ id: group.id, priority: groups.length - 1 });
        else response.status(204).send();
      }),
    );
  }
}

const idOf = (request: Request): string => String(request.params['id']);

/** By a beginning of the label, or those of one user. */
function found(organisation: Organisation, request: Request): readonly OktaApplication[] {
  const { q, filter } = request.query;
  const [, userId] = /^user\.id eq "([^"]+)"$/.exec(textOf(filter)) ?? [];
  if (typeof filter === 'string' && userId === undefined) throw new OktaRefusal('E0000031');
  const all =
    userId === undefined
      ? [...organisation.applications.values()]
      : organisation.assignmentsOf(organisation.user(userId)).map(({ application }) => application);
  return all.filter(({ label }) => label.toLowerCase().startsWith(textOf(q).toLowerCase()));
}

function createApplication(organisation: Organisation, request: Request): OktaApplication {
  const { label, name } = (request.body ?? {}) as { readonly label?: string; readonly name?: string };
  if (label === undefined || label === '') {
    throw new OktaRefusal('E0000001', ['label: The field cannot be left blank'], 'Api validation failed: label');
  }
  const application: OktaApplication = {
    id: newOktaId('0oa'),
    name: name ?? 'bookmark',
    label,
    status: 'ACTIVE',
    created: new Date().toISOString(),
    users: {},
    groups: [],
  };
  organisation.applications.set(application.id, application);
  organisation.state.onChange();
  return application;
}

/** @throws OktaRefusal when the user is not assigned, which reads like an unknown user */
function assignmentOf(organisation: Organisation, request: Request): Assignment {
  const { id } = organisation.application(idOf(request));
  const userId = String(request.params['userId']);
  const assignment = organisation
    .assignmentsOf(organisation.user(userId))
    .find(({ application }) => application.id === id);
  if (assignment === undefined) throw notFound(userId, 'AppUser');
  return assignment;
}

const shownAssignment = ({ application, scope, profile }: Assignment, id: string): unknown => ({
  id,
  scope,
  status: 'PROVISIONED',
  syncState: 'SYNCHRONIZED',
  created: application.created,
  lastUpdated: application.created,
  statusChanged: application.created,
  profile,
});

function shownApplication({ address }: Organisation, { id, name, label, status, created }: OktaApplication): unknown {
  const logo = [{ name: 'medium', href: `${address()}/logos/${name}.png`, type: 'image/png' }];
  return {
    id,
    name,
    label,
    status,
    created,
    lastUpdated: created,
    signOnMode: 'SAML_2_0',
    _links: { logo, self: { href: `${address()}/apps/${id}` } },
  };
}
