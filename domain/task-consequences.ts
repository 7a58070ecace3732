import type { TaskKind } from './incident.js';

/**
 * What each option of each question does, in plain words, for the decision page and the mails. A new kind of question
 * needs its line here and its options in `TASK_OPTIONS`.
 */
export const TASK_CONSEQUENCES: Readonly<Record<TaskKind, Readonly<Record<string, string>>>> = {
  D1: {
    'Create New Account': 'The new hire gets accounts of their own. The person who has the name already stays as is.',
    'Overwrite Existing Account':
      'The report is taken to be about the person who has the name already: their profile and accounts are updated, or enabled again when they were disabled. Nobody new is created.',
    'Do Nothing': 'Nothing is provisioned. You are asked once more when HR has removed the wrong entry.',
  },
  D2: { 'Report Was Fixed': 'What was prepared for the wrong entry is removed, and the incident is closed.' },
  D3: {
    'Change Username': 'The profile and the accounts get the new e-mail address and user name.',
    'Do Nothing': 'The old address stays. You are asked once more when HR has put it back into the report.',
  },
  D4: { Proceed: 'The proposed new address is dropped, the profile stays as it was, and the incident is closed.' },
  D5: {
    Terminate: 'The accounts are disabled in the directory and in every application.',
    Keep: 'Nothing is disabled. The person is left alone until they appear in the report again.',
  },
  D6: {
    Deactivate: 'The accounts are disabled in the directory and in every application.',
    "Don't Deactivate": 'Nothing is disabled, and the incident is closed.',
  },
  D7: {
    'Deactivate Account': 'The accounts are disabled although the limit of deactivations is reached.',
    "DON'T Deactivate Account":
      'Nothing is disabled. Have the cause reverted in HR as well, or the question comes back after 7 days.',
  },
  D8: {
    'Same Person': 'The known person gets the new employee id and is updated.',
    'Different Person': 'Nothing is written. The new hire waits until HR gives them an e-mail address of their own.',
    'Do Nothing': 'Nothing is written, and the incident is closed. It is asked again when the entry changes.',
  },
  PastHireDate: {
    Yes: 'The account in the directory is enabled, and the person is welcomed by mail.',
    No: 'The account stays disabled, and nobody is asked again until somebody reopens the incident.',
  },
  Protected: {
    Deactivate: 'The person is deactivated, as the question says, although they are protected.',
    "Don't Deactivate": 'Nothing is disabled. The question comes back after 7 days, unless HR has reverted the cause.',
  },
  H1: haltConsequences('The entry is checked again from the start.'),
  H2: haltConsequences('Only what failed is tried again; what succeeded is not repeated.'),
  H3: {
    retry: 'The account is looked for again, and disabled when it is found.',
    close: 'The account counts as disabled by hand, and the incident goes on.',
  },
  H4: haltConsequences('The commands that failed are tried again.'),
  Hook: haltConsequences('The hooks run again, and whatever is missing is done.'),
  NotBuilt: haltConsequences('The incident is started again, which helps after an upgrade.'),
};

function haltConsequences(retry: string): Readonly<Record<string, string>> {
  return { retry, close: 'The incident is closed as it is. Nothing more is done about it.' };
}

/** What choosing an option does; empty when nothing is known about it. */
export const consequenceOf = (kind: TaskKind, option: string): string => TASK_CONSEQUENCES[kind][option] ?? '';
