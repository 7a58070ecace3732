import { Command, InvalidArgumentError } from 'commander';

import { startWorkday } from './server.js';

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('must be a whole number from 0 on');
  return value;
};

const program = new Command('workday')
  .description('A simulated Workday report with commands that change it')
  .option('--port <n>', 'port of the page and the reports', number, 5000)
  .option('--size <n>', 'number of employees', number, 40)
  .option('--contractors <n>', 'number of contractors', number, 6)
  .option('--seed <n>', 'the same seed gives the same people', number, 1)
  .option('--https', 'serve the reports by HTTPS as well')
  .option('--data <dir>', 'keep the people in this directory')
  .option('--username <name>', 'name for Basic authentication')
  .option('--password <text>', 'password for Basic authentication')
  .parse();

const { data, ...options } = program.opts<{
  port: number;
  size: number;
  contractors: number;
  seed: number;
  https?: boolean;
  data?: string;
  username?: string;
  password?: string;
}>();
const workday = await startWorkday({ ...options, ...(data === undefined ? {} : { dataDir: data }) });
console.log(`Page and commands  ${workday.url}`);
console.log(`Employees          ${workday.reports.employees}`);
console.log(`Contractors        ${workday.reports.contractors}`);
if (workday.secure !== null) {
  console.log(`By HTTPS           ${workday.secure.reports.employees} (authority: ${workday.secure.caFile})`);
}
console.log(`Name and password  ${workday.username} / ${workday.password}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void workday.stop());
