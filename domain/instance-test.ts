/**
 * The commands of a test, in their order (spec playbooks-provisioning 9). `initialise` is for directories whose account
 * was made or found; `final-disable-user` leaves nobody behind who could sign in.
 */
export const TEST_COMMANDS = [
  'create-user',
  'initialise',
  'get-user',
  'update-user',
  'disable-user',
  'enable-user',
  'final-disable-user',
] as const;
export type TestCommand = (typeof TEST_COMMANDS)[number];

/** An instance under test. */
export interface TestedInstance {
  readonly instance: string;
  readonly brand: string;
  readonly isDirectory: boolean;
}

/** What one command came to in one instance. Messages stay in the evidence. */
export interface TestResult {
  readonly instance: string;
  readonly brand: string;
  readonly command: TestCommand;
  readonly success: boolean;
  readonly skipped: boolean;
  /** Whether the account is enabled afterwards; absent when unknown. */
  readonly active?: boolean;
  readonly errorCode?: string;
  /** Which try of the command it is; absent = the first. */
  readonly attempt?: number;
  /** What Temporal says when no attempt got an answer. */
  readonly note?: string;
}

/** The question of a test that waits (H4). */
export interface TestHalt {
  readonly incidentId: string;
  readonly taskId: string;
}

/** What a whole test came to. */
export interface InstanceTest {
  readonly testId: string;
  /** Every (instance, command), in the order of the commands; what was tried again with its last outcome. */
  readonly results: readonly TestResult[];
  /** Instances in which the test user can sign in, or may be able to. */
  readonly leftEnabled: readonly string[];
  /** Present while it waits for somebody to say whether what failed is tried again. */
  readonly halt?: TestHalt;
}

/** Names the evidence of one command of a test. */
export const testEvidenceId = (
  testId: string,
  { instance, command, attempt = 1 }: Pick<TestResult, 'instance' | 'command' | 'attempt'>,
): string => `${testId}/${instance}/${command}${attempt === 1 ? '' : `/${attempt}`}`;
