import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { chromiumPath, startChromium } from '../../support/chromium.js';
import { askAboutName, startPageEngine } from '../../support/decision-page.js';
import type { PageEngine } from '../../support/decision-page.js';
import { closed, incidentOf } from '../../support/incidents.js';

const executable = chromiumPath();
const skip = executable === null ? 'there is no Chromium: install the package chromium or set ILM_CHROMIUM' : false;

let started: PageEngine;
let browser: Browser;
before(async () => {
  if (executable === null) return;
  browser = await startChromium(executable);
  started = await startPageEngine();
});
after(async () => {
  if (executable === null) return;
  await browser.close();
  await started.close();
});

const TELEPHONE = { width: 360, height: 640 };

/** Opens a page and collects what the browser complains about. */
async function open(link: string, javaScriptEnabled: boolean): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: TELEPHONE, javaScriptEnabled, isMobile: true, hasTouch: true });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(request.url()));
  await page.goto(link);
  return { page, complaints };
}

for (const javaScriptEnabled of [true, false]) {
  test(`a person answers on a telephone, with scripts ${javaScriptEnabled ? 'on' : 'off'}`, { skip }, async () => {
    const { incidentId, link } = await askAboutName(started.engine);
    const { page, complaints } = await open(link, javaScriptEnabled);
    assert.match((await page.locator('h1').textContent()) ?? '', /display name is taken/);
    await page.getByLabel(/Comment/).fill('seen <b>this</b>');

    await page.getByRole('button', { name: 'Create New Account' }).tap();
    await page.getByRole('heading', { name: 'Your answer is recorded' }).waitFor();
    const { answer } = (await closed(started.engine, incidentId)).tasks[0] ?? {};
    assert.deepEqual([answer?.option, answer?.comment], ['Create New Account', 'seen <b>this</b>']);
    assert.deepEqual(complaints, []);
    await page.goto(link);
    assert.equal(await page.locator('h1').textContent(), 'This link has been used');
  });
}

test('at 360 pixels nothing scrolls sideways, buttons are large, and the styles apply', { skip }, async () => {
  const { link, incidentId } = await askAboutName(started.engine);
  const details = `a-word-without-an-end-${'x'.repeat(300)}`;
  await started.engine.store.incidents.update(incidentId, { details });
  const { page } = await open(link, true);

  const widths = await page.evaluate('[document.documentElement.scrollWidth, window.innerWidth]');
  const heights = await Promise.all(
    (await page.getByRole('button').all()).map(async (button) => (await button.boundingBox())?.height ?? 0),
  );

  assert.ok(Array.isArray(widths) && widths[0] <= widths[1], String(widths));
  assert.equal(heights.length, 3);
  assert.ok(Math.min(...heights) >= 44, String(heights));
  const color = await page.evaluate('getComputedStyle(document.querySelector("button")).backgroundColor');
  assert.equal(color, 'rgb(20, 80, 125)');
});

test('a name that is markup stays text, and opening the page decides nothing', { skip }, async () => {
  const { link, incidentId } = await askAboutName(started.engine);
  const { page } = await open(link, true);

  assert.match((await page.locator('dd').first().textContent()) ?? '', /<script>document\.title="run"<\/script>/);
  assert.notEqual(await page.title(), 'run');
  assert.equal((await incidentOf(started.engine, incidentId)).tasks[0]?.answer, undefined);
});
