/** The report cycle, and in place of the playbooks of incidents one that ends at once: these tests end at its start. */
export { workdayReportCycle } from '../../workflows/workday-report-cycle.js';

export async function syncUser(): Promise<void> {
  await Promise.resolve();
}

export async function activateUserInActiveDirectory(): Promise<void> {
  await Promise.resolve();
}

export async function deactivateUserInActiveDirectory(): Promise<void> {
  await Promise.resolve();
}
