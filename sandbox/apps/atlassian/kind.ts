import { scimKind } from '../scim/kind.js';
import { refuse } from '../scim/refusal.js';
import { rewriteResources } from '../scim/rewrite.js';
import type { ScimHabit } from '../scim/service.js';
import { queryFault, takenAddress, userFault } from './rules.js';

const habit: ScimHabit = (state, request, response, next) => {
  const fault = queryFault(request);
  if (fault !== null) return refuse(response, 400, fault, 'invalidFilter');
  const wrong = userFault(request);
  if (wrong !== null) return refuse(response, 400, wrong, 'invalidValue');
  const taken = takenAddress(state, request);
  if (taken !== null) {
    return refuse(response, 409, `Resource [USER]: with email[${taken}] already exists.`, 'uniqueness');
  }
  if (request.path.startsWith('/Users')) {
    rewriteResources(response, (user) => {
      const groups = state.groups.find([{ attribute: 'members', value: String(user['id']) }]);
      return {
        ...user,
        groups: groups.map(({ id, displayName }) => ({ value: id, display: displayName, type: 'direct' })),
        'urn:scim:schemas:extension:atlassian-external:1.0': { atlassianAccountId: `712020:${String(user['id'])}` },
      };
    });
  }
  next();
};

/**
 * A directory of Atlassian Cloud: a closed list of attributes, one search by one attribute, addresses that are unique,
 * and users that name their groups (https://developer.atlassian.com/cloud/admin/user-provisioning/rest/intro/).
 */
export const ATLASSIAN_KIND = scimKind({ root: '/scim/directory/5a6b7c8d-1e2f-4a3b-9c4d-5e6f7a8b9c0d', habit });
