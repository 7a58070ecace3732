import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DEFAULT_EVENT_TYPES, queryFilter } from '../../../domain/okta/query-filter.js';
import type { QueryFilterSettings } from '../../../domain/okta/query-filter.js';

const settings = (over: Partial<QueryFilterSettings> = {}): QueryFilterSettings => ({
  autoGenerateQueryFilter: true,
  eventTypes: DEFAULT_EVENT_TYPES,
  fetchQueryFilter: '',
  ...over,
});

function filterOf(over: Partial<QueryFilterSettings>, applications: readonly string[]): string {
  const found = queryFilter(settings(over), applications);
  assert.equal(found.kind, 'filter');
  return found.kind === 'filter' ? found.filter : '';
}

function faultOf(over: Partial<QueryFilterSettings>, applications: readonly string[]): string {
  const found = queryFilter(settings(over), applications);
  assert.equal(found.kind, 'fault');
  return found.kind === 'fault' ? found.message : '';
}

const ADD = 'application.user_membership.add';

test('the automatic filter asks for additions and removals of the configured applications that succeeded', () => {
  assert.equal(
    filterOf({}, ['0oa1', '0oa2']),
    'outcome.result eq "SUCCESS" and ((eventType eq "application.user_membership.add" or ' +
      'eventType eq "application.user_membership.remove") and (target.id eq "0oa1" or target.id eq "0oa2"))',
  );
});

test('other event types join it and are not narrowed to applications', () => {
  assert.equal(
    filterOf({ eventTypes: [ADD, 'user.account.update_profile', 'user.lifecycle.deactivate'] }, ['0oa1']),
    'outcome.result eq "SUCCESS" and ((eventType eq "application.user_membership.add" and target.id eq "0oa1") or ' +
      'eventType eq "user.account.update_profile" or eventType eq "user.lifecycle.deactivate")',
  );
});

test('without event types of applications no application is needed', () => {
  assert.equal(
    filterOf({ eventTypes: ['user.account.update_profile'] }, []),
    'outcome.result eq "SUCCESS" and eventType eq "user.account.update_profile"',
  );
});

test('what is named twice is asked for once', () => {
  assert.equal(filterOf({ eventTypes: [ADD, ADD] }, ['0oa1', '0oa1']), filterOf({ eventTypes: [ADD] }, ['0oa1']));
});

test('quotes and backslashes in a value stay inside it', () => {
  const filter = filterOf({ eventTypes: [ADD] }, ['a" or target.id eq "b', 'c\\']);

  assert.match(filter, /\(target\.id eq "a\\" or target\.id eq \\"b" or target\.id eq "c\\\\"\)/);
});

test('no configured application, no event type, or an empty filter by hand say what to do', () => {
  assert.match(faultOf({}, []), /No application is configured.*ilm okta config add.*autoGenerateQueryFilter/);
  assert.match(faultOf({ eventTypes: [] }, ['0oa1']), /eventTypes is empty/);
  assert.match(
    faultOf({ autoGenerateQueryFilter: false, fetchQueryFilter: ' ' }, ['0oa1']),
    /fetchQueryFilter is empty/,
  );
});

test('a filter by hand is sent as it is, without applications', () => {
  const byHand = ' eventType eq "user.lifecycle.deactivate" ';

  assert.equal(filterOf({ autoGenerateQueryFilter: false, fetchQueryFilter: byHand, eventTypes: [] }, []), byHand);
});
