import express from 'express';
import type { Request, Router } from 'express';

import { valuesOf } from '../account-store.js';
import type { StoredRecord } from '../account-store.js';
import { newOktaId, profileOf, textOf, userTarget } from './organisation.js';
import type { Organisation } from './organisation.js';
import { sendPage } from './pages.js';
import { OktaRefusal } from './refusal.js';
import { callerOf, route } from './routes.js';
import { shown } from './users.js';

const LIMITS = { usual: 10_000, most: 10_000 };
const MEMBER_LIMITS = { usual: 1_000, most: 1_000 };

/** `/groups`: groups and their members. */
export function groupRoutes(organisation: Organisation): Router {
  const { state } = organisation;
  const router = express.Router();

  router.get(
    '/',
    route((request, response) => {
      const beginning = textOf(request.query['q']).toLowerCase();
      const hits = state.groups.all().filter((group) => nameOf(group).toLowerCase().startsWith(beginning));
      sendPage(request, response, hits, LIMITS, (id) => shownGroup(organisation.group(id)));
    }),
  );
  router.post(
    '/',
    route((request, response) => {
      const group = createGroup(organisation, request);
      response.json(shownGroup(group));
    }),
  );
  router.get(
    '/:id',
    route((request, response) => {
      response.json(shownGroup(organisation.group(idOf(request))));
    }),
  );
  router.delete(
    '/:id',
    route((request, response) => {
      const group = organisation.group(idOf(request));
      organisation.change(callerOf(organisation, request), membersOf(group), () => state.groups.remove(group.id));
      response.status(204).send();
    }),
  );
  router.get(
    '/:id/users',
    route((request, response) => {
      const members = membersOf(organisation.group(idOf(request))).map((id) => ({ id }));
      sendPage(request, response, members, MEMBER_LIMITS, (id) => shown(organisation, organisation.user(id)));
    }),
  );
  for (const method of ['put', 'delete'] as const) {
    router[method](
      '/:id/users/:userId',
      route((request, response) => {
        changeMember(organisation, request, method === 'put');
        response.status(204).send();
      }),
    );
  }
  return router;
}

/** `/users/{id}/groups`. */
export function groupsOfUserRoute(organisation: Organisation): Router {
  const router = express.Router();
  router.get(
    '/:id/groups',
    route((request, response) => {
      const groups = organisation.groupsOf(organisation.user(idOf(request)).id);
      sendPage(request, response, groups, LIMITS, (id) => shownGroup(organisation.group(id)));
    }),
  );
  return router;
}

const idOf = (request: Request): string => String(request.params['id']);
/** A group that was put there without a profile has its name beside it. */
const nameOf = (group: StoredRecord): string => textOf(profileOf(group)['name'] ?? group['displayName']);
const membersOf = (group: StoredRecord): readonly string[] => valuesOf(group['members']).map(String);

function createGroup({ state }: Organisation, request: Request): StoredRecord {
  const { profile } = (request.body ?? {}) as {
    readonly profile?: { readonly name?: unknown; readonly description?: unknown };
  };
  const name = textOf(profile?.name);
  const refuse = (cause: string): OktaRefusal =>
    new OktaRefusal('E0000001', [`name: ${cause}`], 'Api validation failed: name');
  if (name === '') throw refuse('The field cannot be left blank');
  if (name.length > 255) throw refuse('The field is too long');
  if (state.groups.all().some((group) => nameOf(group) === name)) {
    throw refuse('An object with this field already exists in the current organization');
  }
  const now = new Date().toISOString();
  const group = state.groups.put(
    {
      created: now,
      lastUpdated: now,
      lastMembershipUpdated: now,
      objectClass: ['okta:user_group'],
      type: 'OKTA_GROUP',
      profile: { name, ...(profile?.description === undefined ? {} : { description: profile.description }) },
      displayName: name,
      members: [],
    },
    newOktaId('00g'),
  );
  state.onChange();
  return group;
}

/** Adding a member and removing an absent person change nothing and are no event. */
function changeMember(organisation: Organisation, request: Request, isAdded: boolean): void {
  const { state, log } = organisation;
  const group = organisation.group(idOf(request));
  const user = organisation.user(String(request.params['userId']));
  const members = membersOf(group);
  if (members.includes(user.id) === isAdded) return;
  const after = isAdded ? [...members, user.id] : members.filter((id) => id !== user.id);
  const actor = callerOf(organisation, request);
  organisation.change(actor, [user.id], () => {
    log.write({
      eventType: `group.user_membership.${isAdded ? 'add' : 'remove'}`,
      displayMessage: isAdded ? 'Add user to group membership' : 'Remove user from group membership',
      actor,
      target: [
        userTarget(user),
        { id: group.id, type: 'UserGroup', alternateId: 'unknown', displayName: nameOf(group) },
      ],
    });
    const lastMembershipUpdated = new Date().toISOString();
    state.groups.put({ ...group, members: after.map((value) => ({ value })), lastMembershipUpdated }, group.id);
  });
}

function shownGroup(stored: StoredRecord): unknown {
  const { members: _members, displayName: _displayName, ...group } = stored;
  return { type: 'OKTA_GROUP', ...group, profile: { ...profileOf(stored), name: nameOf(stored) } };
}
