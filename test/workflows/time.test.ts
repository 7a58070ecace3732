import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DateTime } from 'luxon';

import { AdAccountStatus } from '../../domain/profile.js';
import { reportDate, TimeCompany } from '../support/time-company.js';

const DAILY = { cron: '0 0 * * *' };
const ACTIVATION = 'IAM - AD User Activation';

/** The next days of a zone that are longer or shorter than others: the changes to and from summer time. */
function changeDays(zone: string, from: DateTime): DateTime[] {
  const first = from.setZone(zone).startOf('day');
  const days = Array.from({ length: 366 }, (_, index) => first.plus({ days: index + 3 }).startOf('day'));
  return days.filter((day) => day.plus({ days: 1 }).startOf('day').diff(day, 'hours').hours !== 24);
}

/** When a person's account was activated: local day and hour. */
async function activatedAt(company: TimeCompany, n: number, zone: string): Promise<string[]> {
  const happenings = await company.happenings(n, zone);
  return happenings.filter(({ what }) => what === ACTIVATION).map(({ at }) => at.toFormat('yyyy-MM-dd HH'));
}

test('people hired days and months ahead are taken in and activated on their days, and leave on theirs', async (t) => {
  const company = await TimeCompany.start(t, {
    daysBeforeHireToSync: 30,
    daysBeforeHireToEnableAd: 3,
    schedule: DAILY,
  });
  for (const [n, hired] of [10, 45, 75].entries()) company.says(n, { Last_Hire_Date: reportDate(company.day(hired)) });
  company.says(3, {
    Last_Hire_Date: reportDate(company.day(1)),
    Termination_Date: reportDate(company.day(60)),
  });
  await company.open();

  await company.play([], 76);

  assert.deepEqual(await company.diary(0), ['New Hire 0', 'AD User Activation 7']);
  assert.deepEqual(await company.diary(1), ['New Hire 15', 'AD User Activation 42']);
  assert.deepEqual(await company.diary(2), ['New Hire 45', 'AD User Activation 72']);
  assert.deepEqual(await company.diary(3), ['New Hire 0', 'AD User Activation 1', 'Terminate User 60']);
  assert.deepEqual(
    [0, 1, 2, 3].map((n) => company.accountOf(n)?.active),
    [true, true, true, false],
  );
});

test('an account is created at once and stays disabled until its day', async (t) => {
  const company = await TimeCompany.start(t, { daysBeforeHireToEnableAd: 2, schedule: DAILY });
  company.says(0, { Last_Hire_Date: reportDate(company.day(12)) });
  await company.open();

  await company.until(company.day(10).minus({ minutes: 30 }));
  const before = company.accountOf(0)?.active;
  await company.play([], 10);

  assert.equal(before, false);
  assert.equal(company.accountOf(0)?.active, true);
  const happened = await company.happenings(0);
  assert.deepEqual(
    happened.filter(({ what }) => what.startsWith('account')).map(({ what, at }) => `${what} ${at.toISODate()}`),
    [
      `account: create ${company.day(0).toISODate()}`,
      `account: initialise ${company.day(0).toISODate()}`,
      `account: get ${company.day(10).toISODate()}`,
      `account: update ${company.day(10).toISODate()}`,
    ],
  );
});

test('everybody is activated in the first hour of the hire date where they live', async (t) => {
  const home = 'America/Sao_Paulo';
  const zones = ['Pacific/Auckland', 'Asia/Kolkata', 'Europe/Berlin', 'America/Los_Angeles', ''];
  const company = await TimeCompany.start(t, {
    timeZone: home,
    daysBeforeHireToEnableAd: 0,
    schedule: { cron: '0 * * * *' },
  });
  for (const [n, zone] of zones.entries()) {
    company.says(n, { Time_Zone: zone, Last_Hire_Date: reportDate(company.day(5)) });
  }
  await company.open();

  // Nobody's hire date has begun by then: the earliest zones are fourteen hours ahead.
  await company.quietUntil(company.day(4).plus({ hours: 9, minutes: 30 }));
  await company.play([], 5);

  const day = company.day(5).toISODate();
  for (const [n, zone] of zones.entries()) {
    assert.deepEqual(await activatedAt(company, n, zone === '' ? home : zone), [`${day} 00`], zone);
    assert.equal(company.accountOf(n)?.active, true);
  }
});

test('days on which the clock changes begin and end where the person lives', async (t) => {
  const company = await TimeCompany.start(t, {
    daysBeforeHireToEnableAd: 0,
    deactivateAt: 'endOfDay',
    // The hours around midnight in both zones.
    schedule: { cron: '0 20-23 * * *' },
  });
  // In Cairo the clock changes at midnight, so that in spring the day begins at one o'clock.
  const days = ['Europe/Berlin', 'Africa/Cairo'].flatMap((zone) => changeDays(zone, company.begin));
  assert.equal(days.length, 4);
  days.sort((one, other) => one.toMillis() - other.toMillis());
  const people = days.map((day, index) => ({ day, zone: day.zoneName ?? '', n: 2 * index }));
  for (const { day, zone, n } of people) {
    // Works for that one day.
    company.says(n, { Time_Zone: zone, Last_Hire_Date: reportDate(day), Termination_Date: reportDate(day) });
    company.says(n + 1, { Time_Zone: zone, Last_Hire_Date: reportDate(day.plus({ days: 1 })) });
  }
  await company.open();

  for (const { day } of people) {
    await company.quietUntil(day.minus({ hours: 6 }));
    await company.until(day.plus({ days: 1, hours: 6 }));
  }
  await company.settled();

  const hour = (day: DateTime): string => day.startOf('day').toFormat('yyyy-MM-dd HH');
  for (const { day, zone, n } of people) {
    assert.deepEqual(await activatedAt(company, n, zone), [hour(day)], zone);
    assert.deepEqual(await activatedAt(company, n + 1, zone), [hour(day.plus({ days: 1 }))], zone);
    const left = (await company.happenings(n, zone)).find(({ what }) => what === 'IAM - Terminate User');
    assert.equal(left?.at.toFormat('yyyy-MM-dd HH'), hour(day.plus({ days: 1 })), zone);
    assert.deepEqual([company.accountOf(n)?.active, company.accountOf(n + 1)?.active], [false, true]);
  }
});

test('a daily cycle runs once on the days on which the clock changes, although its time is missing or comes twice', async (t) => {
  const zone = 'Europe/Berlin';
  const company = await TimeCompany.start(t, { schedule: { cron: '30 2 * * *', timeZone: zone } });
  company.says(0, { Last_Hire_Date: reportDate(company.day(1)) });
  await company.open();
  const changes = changeDays(zone, company.begin);
  assert.equal(changes.length, 2);

  for (const day of changes) {
    await company.quietUntil(day.minus({ hours: 12 }));
    await company.until(day.plus({ days: 2, hours: 12 }));

    const snapshots = await company.engine.store.snapshots.collection.find().toArray();
    const runs = snapshots
      .map(({ takenAt }) => DateTime.fromISO(takenAt, { zone }))
      .filter((at) => at >= day)
      .map((at) => at.toISODate());
    assert.deepEqual(
      runs.sort(),
      [0, 1, 2].map((more) => day.plus({ days: more }).toISODate()),
    );
  }
});

test('a hire date that is postponed or brought forward moves the activation, and disables who is too early', async (t) => {
  const company = await TimeCompany.start(t, { daysBeforeHireToEnableAd: 2, schedule: DAILY });
  const hired = (day: number) => ({ Last_Hire_Date: reportDate(company.day(day)) });
  for (const [n, day] of [5, 6, 15, 8].entries()) company.says(n, hired(day));
  await company.open();

  await company.play(
    [
      [2, 1, hired(12)],
      [4, 0, hired(20)],
    ],
    4,
  );
  const tooEarly = company.accountOf(0)?.active;
  await company.play(
    [
      [5, 2, hired(7)],
      [5, 3, hired(11)],
      [8, 3, hired(17)],
    ],
    19,
  );

  assert.equal(tooEarly, false);
  assert.deepEqual(await company.diary(0), [
    'New Hire 0',
    'AD User Activation 3',
    'AD User Deactivation 4',
    'Update User 5',
    'AD User Activation 18',
  ]);
  assert.deepEqual(await company.diary(1), ['New Hire 0', 'Update User 2', 'AD User Activation 10']);
  assert.deepEqual(await company.diary(2), ['New Hire 0', 'AD User Activation 5', 'Update User 6']);
  assert.deepEqual(await company.diary(3), ['New Hire 0', 'Update User 5', 'Update User 8', 'AD User Activation 15']);
  for (const n of [0, 1, 2, 3]) {
    const person = await company.engine.store.people.byEmail(`person${n}@example.com`);
    assert.equal(person?.profile?.adAccountStatus, AdAccountStatus.Enabled);
    assert.equal(company.accountOf(n)?.active, true);
  }
});

test('thirty days of cycles open what each day brings, once, and leave nothing behind', async (t) => {
  const company = await TimeCompany.start(t, {
    daysBeforeHireToSync: 14,
    daysBeforeHireToEnableAd: 0,
    schedule: { cron: '0 */4 * * *' },
  });
  const on = (day: number): string => reportDate(company.day(day));
  for (const [n, day] of [0, 2, 25, 0, 1, 0].entries()) company.says(n, { Last_Hire_Date: on(day) });
  await company.open();
  const { runId: first } = await company.cycle.handle.describe();

  await company.play(
    [
      [3, 4, { Termination_Date: on(20) }],
      [5, 3, { Title: 'Manager' }],
      [6, 6, { Last_Hire_Date: on(6) }],
      [9, 5, { Employment_Status: 'Terminated', Termination_Date: on(9) }],
      [17, 3, { Title: 'Director' }],
    ],
    29,
  );

  assert.deepEqual(await Promise.all([0, 1, 2, 3, 4, 5, 6].map((n) => company.diary(n))), [
    ['New Hire 0', 'AD User Activation 0'],
    ['New Hire 0', 'AD User Activation 2'],
    ['New Hire 11', 'AD User Activation 25'],
    ['New Hire 0', 'AD User Activation 0', 'Update User 5', 'Update User 17'],
    ['New Hire 0', 'AD User Activation 1', 'Update User 3', 'Terminate User 20'],
    ['New Hire 0', 'AD User Activation 0', 'Terminate User 9'],
    ['New Hire 6', 'AD User Activation 6'],
  ]);
  assert.ok((await company.cycle.progress()).cycle >= 30 * 6, 'every run read a report');
  assert.notEqual((await company.cycle.handle.describe()).runId, first, 'the history does not grow for ever');
  const people = await company.engine.store.people.collection.find().toArray();
  assert.deepEqual(
    people.map(({ profile, queue }) => [profile?.isProcessed, queue.length]),
    people.map(() => [false, 0]),
  );
  assert.deepEqual(
    [0, 4, 5].map((n) => company.accountOf(n)?.active),
    [true, false, false],
  );
});
