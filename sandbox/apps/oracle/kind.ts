import { randomUUID } from 'node:crypto';

import { scimKind } from '../scim/kind.js';
import { refuse } from '../scim/refusal.js';
import { rewriteResources } from '../scim/rewrite.js';
import type { ScimHabit } from '../scim/service.js';
import { memberRange, shownMembers, withoutRange } from './members.js';
import { secondsUntilQuota } from './quota.js';
import { writeFault } from './rules.js';

const habit: ScimHabit = (state, request, response, next) => {
  const wait = secondsUntilQuota(state, request.path, Date.now());
  if (wait !== null) {
    response.setHeader('retry-after', String(wait));
    return refuse(response, 429, 'Too many requests of this class.', 'throttled');
  }
  const fault = writeFault(request);
  if (fault !== null) return refuse(response, 400, fault, 'invalidValue');
  if (request.path.startsWith('/Groups')) {
    const range = memberRange(request.query['attributes']);
    withoutRange(request);
    rewriteResources(response, (group) => shownMembers(group, range));
  }
  next();
};

/** Oracle identity domains: its own token address, members only when asked for, closed lists, limits by class. */
export const ORACLE_KIND = scimKind({
  root: '/admin/v1',
  tokens: { path: '/oauth2/v1/token' },
  newId: () => randomUUID().replaceAll('-', ''),
  habit,
});
