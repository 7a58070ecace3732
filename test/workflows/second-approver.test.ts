import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { WorkflowUpdateFailedError } from '@temporalio/client';

import { linkIdOf, signProof } from '../../activities/answer-token.js';
import { TOKEN_KEY, askAboutName, linksOf, startPageEngine } from '../support/decision-page.js';
import type { AskedQuestion, PageEngine } from '../support/decision-page.js';
import { answer, closed, eventually, incidentOf, runOf, viewOf } from '../support/incidents.js';

let started: PageEngine;
before(async () => {
  started = await startPageEngine({ kinds: { D1: { secondApprover: true } } });
});
after(() => started.close());

const CREATE = 'Create New Account';

/** A question that two people have to answer, with the links of both. */
async function ask(): Promise<{ question: AskedQuestion; links: AskedQuestion[] }> {
  const question = await askAboutName(started.engine);
  const links = await eventually('both are mailed', async () => {
    const all = linksOf(started.engine, question.incidentId, question.taskId);
    return all.length === 2 && all;
  });
  return { question, links };
}

async function choose({ link, token }: AskedQuestion, option = CREATE): Promise<{ status: number; text: string }> {
  const response = await fetch(link.replace(/\?.*/, ''), {
    method: 'POST',
    body: new URLSearchParams({ token, option }),
  });
  return { status: response.status, text: await response.text() };
}

const taskOf = async ({ incidentId }: AskedQuestion) => (await incidentOf(started.engine, incidentId)).tasks[0];

test('the first of two people leaves the question open, and the second, who agrees, decides it', async () => {
  const { question, links } = await ask();

  const first = await choose(links[0]!);
  assert.match(first.text, /A second person has to choose the same/);
  assert.equal((await taskOf(question))?.answer, undefined);
  const run = await runOf(started.engine, question.incidentId);
  assert.equal((await viewOf(started.engine, run.workflowId)).openTask?.id, question.taskId);
  const second = await choose(links[1]!);

  assert.equal(second.status, 200);
  const { tasks } = await closed(started.engine, question.incidentId);
  assert.equal(tasks[0]?.answer?.option, CREATE);
  assert.deepEqual(tasks[0]?.approvals?.map(({ by, verified }) => [by, verified]).sort(), [
    ['guest-1', 'token'],
    ['reviewer-1', 'token'],
  ]);
  const evidence = await started.engine.store.evidence.ofIncident(question.incidentId);
  assert.equal(evidence.filter(({ kind }) => kind === 'answer').length, 2);
});

test('one person is not two: their link is used after the first choice', async () => {
  const { question, links } = await ask();
  await choose(links[0]!);

  const again = await choose(links[0]!);

  assert.equal(again.status, 409);
  assert.match(again.text, /This link has been used/);
  assert.equal((await taskOf(question))?.approvals?.length, 1);
});

test('two people who choose differently decide nothing', async () => {
  const { question, links } = await ask();

  await choose(links[0]!);
  await choose(links[1]!, 'Do Nothing');

  const task = await taskOf(question);
  assert.equal(task?.answer, undefined);
  assert.equal(task?.approvals?.length, 2);
});

test('a claim of who somebody is does not count where two people are demanded', async () => {
  const { question } = await ask();

  await assert.rejects(answer(started.engine, question.taskId, CREATE, 'reviewer@example.com'), (error) => {
    assert.ok(error instanceof WorkflowUpdateFailedError);
    assert.match(error.cause?.message ?? '', /two people have to agree, each by the link of their own mail/);
    return true;
  });
  assert.equal((await taskOf(question))?.approvals, undefined);
});

test('a proof counts for its own answer only, and not for ever', async () => {
  const { question, links } = await ask();
  const claims = {
    taskId: question.taskId,
    to: 'reviewer-1',
    until: Date.now() + 60_000,
    option: CREATE,
    linkId: linkIdOf(links[0]!.token),
  };
  const run = await runOf(started.engine, question.incidentId);
  const send = async (option: string, token: string): Promise<string> => {
    try {
      const decision = { taskId: question.taskId, option, by: 'reviewer-1', token };
      await run.executeUpdate('decide', { args: [decision] });
      return 'counted';
    } catch (error) {
      return error instanceof WorkflowUpdateFailedError ? String(error.cause?.message) : String(error);
    }
  };

  assert.match(await send('Do Nothing', signProof(TOKEN_KEY, claims)), /belongs to another answer/);
  assert.match(await send(CREATE, signProof(TOKEN_KEY, { ...claims, taskId: 'INC-1/D1/1' })), /another answer/);
  assert.match(await send(CREATE, signProof(TOKEN_KEY, { ...claims, until: 1 })), /has expired/);
  assert.match(await send(CREATE, links[0]!.token), /not one of ours/);
  assert.equal((await taskOf(question))?.approvals, undefined);
  assert.equal(await send(CREATE, signProof(TOKEN_KEY, claims)), 'counted');
});
