import { test } from 'node:test';
import { assertLimitsHold } from '../../support/report-limits.js';
import { ReportWorld } from '../../support/report.js';

test('nothing above a limit is ever opened, over many days of cycles and crashes', async (t) => {
  await assertLimitsHold(await ReportWorld.start(t), 600);
});
