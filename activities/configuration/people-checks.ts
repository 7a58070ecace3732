import type { IlmConfig } from '../../domain/config.js';
import type { OwnRules } from '../../domain/config/tasks.js';
import type { Findings } from './findings.js';
import type { SourceFile } from './source-file.js';

/** Checks who answers, who owns failures, and which playbook inputs the guide calls mandatory. */
export function checkPeople(ilm: IlmConfig, source: SourceFile, findings: Findings): void {
  checkUnique(ilm, source, findings);
  const { playbooks, people } = ilm;
  if (playbooks.itNotificationEmail === undefined) {
    findings.warn(source, ['playbooks', 'itNotificationEmail'], {
      problem: 'is missing: every incident will stop and ask for it before it does anything',
      remedy: 'Add the address that receives errors of the provisioning process.',
    });
  }
  if (people.length === 0) {
    findings.warn(source, ['people'], {
      problem: 'names nobody, so no task can be answered',
      remedy: 'Add at least one person with id, email, name and roles.',
    });
    return;
  }
  const roles = new Set(people.flatMap((person) => person.roles));
  playbooks.userRoleToAssignForFailures.forEach((role, index) => {
    if (roles.has(role)) return;
    findings.warn(source, ['playbooks', 'userRoleToAssignForFailures', index], {
      value: role,
      problem: 'is a role that nobody under people has',
      remedy: 'Give it to somebody, or name another role.',
    });
  });
  if (playbooks.assignOnlyOnCall && people.every(({ shifts }) => shifts.length === 0)) {
    findings.warn(source, ['playbooks', 'assignOnlyOnCall'], {
      value: true,
      problem: 'asks for people on shift, but nobody has shifts',
      remedy: 'Add shifts under people, or switch it off.',
    });
  }
  if (playbooks.userAssignmentMethod === 'machine-learning' && ilm.hooks.ownerSuggestion === undefined) {
    findings.warn(source, ['playbooks', 'userAssignmentMethod'], {
      value: playbooks.userAssignmentMethod,
      problem: 'asks the hook ownerSuggestion, which is not configured; owners are chosen at random',
      remedy: 'Configure hooks.ownerSuggestion, or write another method.',
    });
  }
  checkTasks(ilm, source, findings);
}

/** Questions that nobody could answer are found before they are asked. */
function checkTasks({ tasks, people, console: page }: IlmConfig, source: SourceFile, findings: Findings): void {
  const rules: [readonly PropertyKey[], OwnRules][] = [
    [['tasks', 'default'], tasks.default],
    ...Object.entries(tasks.kinds).map(([kind, own]): [PropertyKey[], OwnRules] => [['tasks', 'kinds', kind], own]),
  ];
  for (const [path, { roles = [], secondApprover }] of rules) {
    const able = people.filter((person) => roles.length === 0 || person.roles.some((role) => roles.includes(role)));
    if (able.length === 0) {
      findings.warn(source, [...path, 'roles'], {
        value: roles.join(', '),
        problem: 'are roles that nobody under people has, so nobody can answer',
        remedy: 'Give one of them to somebody, or name another role.',
      });
    }
    if (secondApprover !== true) continue;
    if (page.publicUrl === undefined || page.tokenKey === undefined) {
      findings.fault(source, [...path, 'secondApprover'], {
        value: true,
        problem: 'needs the links of the decision page, which is not configured',
        remedy: 'Set ILM_CONSOLE_URL and ILM_TOKEN_KEY, or switch it off.',
      });
    }
    if (able.length === 1) {
      findings.warn(source, [...path, 'secondApprover'], {
        value: true,
        problem: 'asks for two people, and only one may answer',
        remedy: 'Give a role to somebody else, too.',
      });
    }
  }
}

function checkUnique(ilm: IlmConfig, source: SourceFile, findings: Findings): void {
  const check = (entries: readonly [readonly PropertyKey[], string][], remedy: string): void => {
    const seen = new Set<string>();
    for (const [path, value] of entries) {
      if (seen.has(value.toLowerCase())) findings.fault(source, path, { value, problem: 'is used twice', remedy });
      seen.add(value.toLowerCase());
    }
  };
  check(
    [
      ...ilm.workday.map(({ name }, index): [PropertyKey[], string] => [['workday', index, 'name'], name]),
      ...ilm.instances.map(({ name }, index): [PropertyKey[], string] => [['instances', index, 'name'], name]),
    ],
    'Give every instance, Workday ones included, a name of its own.',
  );
  check(
    ilm.people.map(({ id }, index): [PropertyKey[], string] => [['people', index, 'id'], id]),
    'Give every person an id of their own.',
  );
  check(
    ilm.people.map(({ email }, index): [PropertyKey[], string] => [['people', index, 'email'], email]),
    'Name every person once.',
  );
  check(
    ilm.customFields.map(({ name }, index): [PropertyKey[], string] => [['customFields', index, 'name'], name]),
    'Declare every field once.',
  );
}
