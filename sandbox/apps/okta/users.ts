import express from 'express';
import type { Request, Router } from 'express';

import type { StoredRecord } from '../account-store.js';
import { asRead, findUsers } from './finding.js';
import { changeStatus, removeUser } from './lifecycle.js';
import { newOktaId, profileOf, textOf, userTarget } from './organisation.js';
import type { Organisation } from './organisation.js';
import { sendPage } from './pages.js';
import { changedNames, changedProfile } from './profile.js';
import type { Profile } from './profile.js';
import { OktaRefusal } from './refusal.js';
import { callerOf, route } from './routes.js';
import { ownerAsUser } from './tokens.js';

const LIMITS = { usual: 200, most: 200 };

/** `/users`: finding, making and changing users, and their life cycle. */
export function userRoutes(organisation: Organisation): Router {
  const { state } = organisation;
  const router = express.Router();

  router.get(
    '/',
    route((request, response) => {
      const hits = findUsers(organisation, request);
      const byId = new Map(hits.map((user) => [user.id, user]));
      sendPage(request, response, hits, LIMITS, (id) => shown(organisation, byId.get(id)));
    }),
  );
  router.post(
    '/',
    route((request, response) => {
      const user = createUser(organisation, request);
      if (request.query['activate'] !== 'false')
        changeStatus(organisation, callerOf(organisation, request), user.id, 'activate');
      response.json(shown(organisation, state.users.get(user.id)));
    }),
  );
  router.get(
    '/me',
    route((request, response) => {
      response.json(ownerAsUser(callerOf(organisation, request)));
    }),
  );
  router.get(
    '/:id',
    route((request, response) => {
      response.json(shown(organisation, asRead(organisation, organisation.user(idOf(request)))));
    }),
  );
  router.post(
    '/:id',
    route((request, response) => {
      updateUser(organisation, request);
      response.json(shown(organisation, organisation.user(idOf(request))));
    }),
  );
  router.delete(
    '/:id',
    route((request, response) => {
      removeUser(organisation, callerOf(organisation, request), organisation.user(idOf(request)).id);
      response.status(204).send();
    }),
  );
  router.get(
    '/:id/roles',
    route((request, response) => {
      const owner = callerOf(organisation, request);
      const roles = owner.id === request.params['id'] ? [{ id: 'ra1', type: owner.role, status: 'ACTIVE' }] : [];
      response.json(roles);
    }),
  );
  router.post(
    '/:id/lifecycle/:operation',
    route((request, response) => {
      const { operation = '' } = request.params;
      const { id } = organisation.user(idOf(request));
      response.json(changeStatus(organisation, callerOf(organisation, request), id, String(operation)));
    }),
  );
  return router;
}

const idOf = (request: Request): string => String(request.params['id']);

function createUser(organisation: Organisation, request: Request): StoredRecord {
  const { state, log } = organisation;
  const profile = changedProfile({}, profileIn(request));
  refuseTaken(organisation, profile, null);
  const now = new Date().toISOString();
  const user = state.users.put(
    {
      status: 'STAGED',
      created: now,
      statusChanged: now,
      lastUpdated: now,
      type: { id: 'oty0000000000000001' },
      profile,
      credentials: { provider: { type: 'OKTA', name: 'OKTA' } },
    },
    newOktaId('00u'),
  );
  state.created(user.id);
  log.write({
    eventType: 'user.lifecycle.create',
    displayMessage: 'Create okta user',
    actor: callerOf(organisation, request),
    target: [userTarget(user)],
  });
  state.onChange();
  return user;
}

function updateUser(organisation: Organisation, request: Request): void {
  const { state, log } = organisation;
  const user = organisation.user(idOf(request));
  if (user['status'] === 'DEPROVISIONED') throw new OktaRefusal('E0000038');
  const before = profileOf(user);
  const profile = changedProfile(before, profileIn(request));
  refuseTaken(organisation, profile, user.id);
  const names = changedNames(before, profile);
  const after = state.users.put({ ...user, profile, lastUpdated: new Date().toISOString() }, user.id);
  if (names.length > 0) {
    log.write({
      eventType: 'user.account.update_profile',
      displayMessage: 'Update user profile for Okta',
      actor: callerOf(organisation, request),
      target: [userTarget(after)],
      debugData: { changedAttributes: names.join(',') },
    });
  }
  state.onChange();
}

function profileIn(request: Request): Profile {
  const { profile } = (request.body ?? {}) as { readonly profile?: Profile };
  if (typeof profile === 'object') return profile;
  throw new OktaRefusal('E0000001', ['profile: The field cannot be left blank'], 'Api validation failed: profile');
}

function refuseTaken({ state }: Organisation, { login }: Profile, ownId: string | null): void {
  const wanted = textOf(login).toLowerCase();
  const taken = state.users
    .all()
    .some((user) => user.id !== ownId && textOf(profileOf(user)['login']).toLowerCase() === wanted);
  if (!taken) return;
  const cause = 'login: An object with this field already exists in the current organization';
  throw new OktaRefusal('E0000001', [cause], 'Api validation failed: login');
}

/** A user as Okta shows it. */
export function shown({ address }: Organisation, user: StoredRecord | undefined): unknown {
  if (user === undefined) return undefined;
  const { active: _active, ...visible } = user;
  return { ...visible, _links: { self: { href: `${address()}/users/${user.id}` } } };
}
