import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reportGuardSchema } from '../../domain/config.js';
import { evaluateReportGuard, GUIDE_FIELDS, ReportFactsCollector } from '../../domain/report-guard.js';
import type { ReportGuardInput } from '../../domain/report-guard.js';

const FULL = { rows: 100, fields: [...GUIDE_FIELDS, 'title'] };
const without = (field: string) => ({ ...FULL, fields: FULL.fields.filter((known) => known !== field) });

const trips = (changes: Partial<ReportGuardInput> = {}): string[] =>
  evaluateReportGuard({
    limits: reportGuardSchema.parse(undefined),
    settings: { reportScope: 'full', deactivationDateField: 'terminationDate' },
    report: FULL,
    lastGood: FULL,
    rejected: 0,
    isDeactivationDateStored: true,
    ...changes,
  }).map(({ guard, field }) => (field === undefined ? guard : `${guard} ${field}`));

describe('the report guard', () => {
  it('lets a report pass that is like the last good one, and the very first one', () => {
    assert.deepEqual(trips(), []);
    assert.deepEqual(trips({ lastGood: undefined }), []);
  });

  it('refuses an empty report', () => {
    assert.deepEqual(trips({ report: { rows: 0, fields: [] } }), ['emptyReport']);
  });

  it('refuses a report that lost a column of the guide, and ignores other columns', () => {
    assert.deepEqual(trips({ report: without('employmentStatus') }), ['missingColumn employmentStatus']);
    assert.deepEqual(trips({ report: without('title') }), []);
    assert.deepEqual(trips({ report: without('hireDate'), lastGood: without('hireDate') }), []);
  });

  it('refuses a report without the deactivation column while a stored profile has a date', () => {
    const lost = { report: without('terminationDate'), lastGood: undefined };

    assert.deepEqual(trips(lost), ['deactivationColumn terminationDate']);
    assert.deepEqual(trips({ ...lost, isDeactivationDateStored: false }), []);
    assert.deepEqual(trips({ report: without('terminationDate') }), ['deactivationColumn terminationDate']);
  });

  it('refuses a report from which more than the larger of 5 and 10 % of the rows are missing', () => {
    assert.deepEqual(trips({ report: { ...FULL, rows: 90 } }), []);
    assert.deepEqual(trips({ report: { ...FULL, rows: 89 } }), ['missingRows']);
    assert.deepEqual(trips({ report: { ...FULL, rows: 5 }, lastGood: { ...FULL, rows: 10 } }), []);
    assert.deepEqual(trips({ report: { ...FULL, rows: 4 }, lastGood: { ...FULL, rows: 10 } }), ['missingRows']);
    assert.deepEqual(trips({ missingRows: 11 }), ['missingRows']);
  });

  it('does not count rows of a partial report', () => {
    const settings = { reportScope: 'partial', deactivationDateField: 'terminationDate' } as const;

    assert.deepEqual(trips({ report: { ...FULL, rows: 1 }, settings }), []);
  });

  it('refuses a report of which more than the larger of 5 and 2 % of the rows were rejected', () => {
    assert.deepEqual(trips({ rejected: 5 }), []);
    assert.deepEqual(trips({ rejected: 6 }), ['rejectedRows']);
    assert.deepEqual(trips({ report: { ...FULL, rows: 1000 }, lastGood: undefined, rejected: 20 }), []);
    assert.deepEqual(trips({ report: { ...FULL, rows: 1000 }, lastGood: undefined, rejected: 21 }), ['rejectedRows']);
  });

  it('judges columns over all rows, because a report leaves empty fields out', () => {
    const collector = new ReportFactsCollector(['email', 'title', 'city']);
    collector.add(['ann@example.com', undefined, undefined]);
    collector.add(undefined);
    collector.add(['bo@example.com', '', undefined]);

    assert.deepEqual(collector.facts(), { rows: 3, fields: ['email', 'title'] });
  });
});
