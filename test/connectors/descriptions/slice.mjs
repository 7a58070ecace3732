/**
 * Cuts the operations that connectors use out of a vendor's API description (OpenAPI 3, JSON), with all they refer to.
 * Run by hand when a description is taken anew; the README beside this file says where descriptions come from:
 *
 *     node test/connectors/descriptions/slice.mjs okta path/to/description.json
 */
import { readFileSync, writeFileSync } from 'node:fs';

const SCIM_USERS = ['get', 'post'];
const SCIM_USER = ['get', 'put', 'patch', 'delete'];

/** What is kept of each description: methods by path. */
const OPERATIONS = {
  'github-scim': {
    '/scim/v2/organizations/{org}/Users': SCIM_USERS,
    '/scim/v2/organizations/{org}/Users/{scim_user_id}': SCIM_USER,
    '/scim/v2/enterprises/{enterprise}/Users': SCIM_USERS,
    '/scim/v2/enterprises/{enterprise}/Users/{scim_user_id}': SCIM_USER,
    '/scim/v2/enterprises/{enterprise}/Groups': SCIM_USERS,
    '/scim/v2/enterprises/{enterprise}/Groups/{scim_group_id}': SCIM_USER,
  },
  okta: {
    '/api/v1/users': ['get', 'post'],
    '/api/v1/users/{userId}': ['get', 'post', 'put'],
    '/api/v1/users/{userId}/groups': ['get'],
    '/api/v1/users/{userId}/appLinks': ['get'],
    '/api/v1/users/{userId}/lifecycle/activate': ['post'],
    '/api/v1/users/{userId}/lifecycle/deactivate': ['post'],
    '/api/v1/users/{userId}/lifecycle/reactivate': ['post'],
    '/api/v1/users/{userId}/lifecycle/suspend': ['post'],
    '/api/v1/users/{userId}/lifecycle/unsuspend': ['post'],
    '/api/v1/groups': ['get'],
    '/api/v1/groups/{groupId}': ['get'],
    '/api/v1/groups/{groupId}/users': ['get'],
    '/api/v1/groups/{groupId}/users/{userId}': ['put', 'delete'],
    '/api/v1/apps': ['get'],
    '/api/v1/apps/{appId}': ['get'],
    '/api/v1/apps/{appId}/users/{userId}': ['get'],
    '/api/v1/apps/{appId}/groups': ['get'],
    '/api/v1/logs': ['get'],
    '/api/v1/meta/schemas/user/{schemaId}': ['get'],
  },
};

const [name, file] = process.argv.slice(2);
const operations = OPERATIONS[name];
if (operations === undefined || file === undefined) {
  throw new Error(`Usage: node slice.mjs <${Object.keys(OPERATIONS).join('|')}> <description.json>`);
}
const source = JSON.parse(readFileSync(file, 'utf8'));
const { openapi, info, servers, components } = source;
const slice = { openapi, info: plain(info), servers, paths: {}, components: {} };
if (components.securitySchemes !== undefined) slice.components.securitySchemes = plain(components.securitySchemes);
for (const [path, methods] of Object.entries(operations)) slice.paths[path] = keep(pathItem(path, methods));
writeFileSync(new URL(`${name}.json`, import.meta.url), `${JSON.stringify(slice, null, 2)}\n`);

function pathItem(path, methods) {
  const item = source.paths[path] ?? {};
  const missing = methods.filter((method) => item[method] === undefined);
  if (missing.length > 0) throw new Error(`${file} does not describe ${missing.join(', ')} of ${path}.`);
  const chosen = methods.map((method) => [method, item[method]]);
  return Object.fromEntries(item.parameters === undefined ? chosen : [...chosen, ['parameters', item.parameters]]);
}

/** A copy without ornaments, after everything that it refers to was taken over. */
function keep(value) {
  const copy = plain(value);
  referencesIn(copy).forEach(takeOver);
  return copy;
}

function takeOver(reference) {
  const [, , kind, key] = reference.split('/');
  slice.components[kind] ??= {};
  if (key in slice.components[kind]) return;
  // Entered before its own references are followed, because schemas may refer to themselves.
  slice.components[kind][key] = plain(components[kind][key]);
  referencesIn(slice.components[kind][key]).forEach(takeOver);
}

/** Drops examples, pointers to documents and vendor extensions; Okta's mark of extensible objects becomes standard. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !/^(examples?|externalDocs|x-.*)$/.test(key));
  const copy = Object.fromEntries(kept.map(([key, part]) => [key, plain(part)]));
  return value['x-okta-extensible'] === true ? { ...copy, additionalProperties: true } : copy;
}

/** References are texts: SCIM members have a property of the same name, which is an object. */
function referencesIn(value) {
  if (typeof value !== 'object' || value === null) return [];
  const own = typeof value.$ref === 'string' ? [value.$ref] : [];
  const mapped = Object.values(value.discriminator?.mapping ?? {});
  return [...own, ...mapped, ...Object.values(value).flatMap(referencesIn)];
}
