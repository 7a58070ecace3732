import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openApiDescription } from '../../../connectors/support/api-description.js';
import { json } from '../../../connectors/support/http-peer.js';
import { answering, command, PAT, recorded, ROOTS, wholeLife } from './support.js';
import type { Scope } from './support.js';

const description = await openApiDescription('github-scim');

for (const scope of ['organization', 'enterprise'] as const) {
  test(`${scope}: GitHub describes every request of a whole life, and answers so`, async (t) => {
    const { connector, proxy } = await recorded(t, scope);
    await wholeLife(connector);

    const requests = proxy.requests();
    assert.deepEqual(new Set(requests.map(({ method }) => method)), expectedMethods(scope));
    assert.deepEqual(
      requests.flatMap((request) => description.requestFaults(request)).filter((fault) => !isKnownGap(fault)),
      [],
    );
    assert.deepEqual(
      proxy.answers().flatMap((answer) => description.answerFaults(answer)),
      [],
    );
    for (const { headers } of requests) {
      assert.equal(headers['x-github-api-version'], '2022-11-28');
      assert.ok(headers['accept']?.startsWith('application/scim+json'));
    }
  });

  test(`${scope}: answers as GitHub describes them are understood`, async (t) => {
    const path = `${ROOTS[scope]}/Users`;
    const user = description.sampleAnswer('GET', `${path}/u1`, 200) as { readonly id: string };
    const { connector } = await answering(t, scope, json(user), json(description.sampleAnswer('GET', path, 200)));

    const found = await connector.find({ attribute: 'id', value: user.id }, PAT);
    await connector.test();

    assert.equal(found?.id, user.id);
    assert.ok((await connector.toProfile(found)) !== undefined);
  });

  test(`${scope}: an error of either form is told in GitHub's words`, async (t) => {
    const described = description.sampleAnswer('POST', `${ROOTS[scope]}/Users`, 400);
    const forms = [
      [{ message: 'Problems parsing', documentation_url: 'https://docs.example.com' }, 'Problems parsing'],
      [{ schemas: [], detail: 'Problems parsing', status: 400, scimType: 'invalidSyntax' }, 'Problems parsing'],
      [described, 'string'],
    ] as const;
    for (const [body, words] of forms) {
      const { connector } = await answering(t, scope, json(body, 400));

      const result = await command(connector, 'get-user');

      assert.deepEqual([result.success, result.errorCode], [false, '400']);
      assert.ok(result.errorMessage?.includes(`answered 400: ${words}`), result.errorMessage);
    }
  });
}

// The description allows only texts as values of a change, and shows objects in the text beside it.
const isKnownGap = (fault: string): boolean =>
  fault.startsWith('PATCH /scim/v2/enterprises/') && /body\/Operations\/0\/value must be string\.$/.test(fault);

const expectedMethods = (scope: Scope): ReadonlySet<string> =>
  new Set(['GET', 'POST', 'PATCH', 'PUT', ...(scope === 'organization' ? ['DELETE'] : [])]);
