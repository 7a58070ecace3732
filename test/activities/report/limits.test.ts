import { test } from 'node:test';
import { assertLimitsHold } from '../../support/report-limits.js';
import { ReportWorld } from '../../support/report.js';

test('nothing above a limit is ever opened, whatever the order, the crash or the number of cycles', async (t) => {
  await assertLimitsHold(await ReportWorld.start(t), 15);
});
