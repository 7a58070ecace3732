import assert from 'node:assert/strict';
import { test } from 'node:test';

import { failedResult, runUserCommand } from '../../../activities/connectors/commands.js';
import { ConnectorError, ConnectorErrorKind } from '../../../activities/connectors/types.js';
import { ALL_FLAGS } from '../../connectors/support/flags.js';
import type {
  AppUser,
  EnableOptions,
  LookupKey,
  UserCommandRequest,
  UserConnector,
} from '../../../activities/connectors/types.js';
import type { UserProfile } from '../../../domain/profile.js';

const account = (changes: Partial<AppUser> = {}): AppUser => ({
  id: 'u1',
  username: 'pat',
  email: 'pat@example.com',
  active: true,
  raw: {},
  ...changes,
});

const request = (changes: Partial<UserCommandRequest> = {}): UserCommandRequest => ({
  profile: { email: 'pat@example.com', username: 'pat' },
  known: null,
  allowEnable: false,
  ...changes,
});

const refuse = (kind: ConnectorErrorKind, code = '400'): never => {
  throw new ConnectorError(kind, `refused as ${kind}`, { code });
};

/** An application whose look-ups answer from a script, one per look-up, and that writes down what it is asked. */
class ScriptedConnector implements UserConnector {
  readonly brand = 'Scripted';
  readonly calls: string[] = [];
  keys: readonly LookupKey[] = [{ attribute: 'userName', value: 'pat' }];
  onCreate: () => AppUser = () => account({ id: 'made' });
  onUpdate: (before: AppUser) => AppUser = (before) => before;
  onEnable: (before: AppUser, options?: EnableOptions) => AppUser = (before) => ({ ...before, active: true });
  onDisable: (before: AppUser) => AppUser = (before) => ({ ...before, active: false });

  constructor(private readonly answers: (AppUser | null | ConnectorError)[]) {}

  lookupKeys = (): readonly LookupKey[] => this.keys;

  find = (key: LookupKey): Promise<AppUser | null> => {
    this.calls.push(`find ${key.attribute}=${key.value}`);
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    return answer instanceof ConnectorError ? Promise.reject(answer) : Promise.resolve(answer ?? null);
  };

  create = (): Promise<AppUser> => this.act('create', () => this.onCreate());
  update = (_id: string, _profile: UserProfile, before: AppUser): Promise<AppUser> =>
    this.act('update', () => this.onUpdate(before));
  enable = (_id: string, before: AppUser, options?: EnableOptions): Promise<AppUser> =>
    this.act('enable', () => this.onEnable(before, options));
  disable = (_id: string, before: AppUser): Promise<AppUser> => this.act('disable', () => this.onDisable(before));
  describe = (): Promise<Record<string, string>> => Promise.resolve({});
  toProfile = (): UserProfile => ({});
  test = (): Promise<void> => Promise.resolve();
  close = (): Promise<void> => Promise.resolve();

  private async act(name: string, work: () => AppUser): Promise<AppUser> {
    this.calls.push(name);
    await Promise.resolve();
    return work();
  }

  writes(): string[] {
    return this.calls.filter((call) => !call.startsWith('find'));
  }
}

test('asks for each key until one answers, and for no key twice', async () => {
  const connector = new ScriptedConnector([null, account()]);
  connector.keys = [
    { attribute: 'id', value: 'u9' },
    { attribute: 'id', value: 'U9' },
    { attribute: 'userName', value: 'pat' },
    { attribute: 'emails', value: 'pat@example.com' },
  ];

  const result = await runUserCommand(connector, ALL_FLAGS, 'get-user', request());

  assert.equal(result.id, 'u1');
  assert.deepEqual(connector.calls, ['find id=u9', 'find userName=pat']);
});

test('refuses a profile without any key by naming what to check', async () => {
  const connector = new ScriptedConnector([null]);
  connector.keys = [];

  const result = await runUserCommand(connector, ALL_FLAGS, 'create-user', request());

  assert.deepEqual([result.success, result.errorKind, result.errorCode], [false, 'validation', '400']);
  assert.match(result.errorMessage ?? '', /outgoing mapper/);
});

test('announces once, with what the look-up found, before the first write', async () => {
  const connector = new ScriptedConnector([account({ active: false })]);
  const announced: string[] = [];

  await runUserCommand(
    connector,
    ALL_FLAGS,
    'update-user',
    request({
      allowEnable: true,
      beforeWrite: (found, action) => {
        announced.push(`${found?.id} ${action} after ${connector.writes().length} writes`);
        return Promise.resolve();
      },
    }),
  );

  assert.deepEqual(announced, ['u1 update after 0 writes']);
  assert.deepEqual(connector.writes(), ['enable', 'update']);
});

test('throws the refusal of the caller unchanged, even one that looks like an application error', async () => {
  const connector = new ScriptedConnector([account()]);
  const refusal = new ConnectorError(ConnectorErrorKind.Validation, 'the turn is lost');

  const attempt = runUserCommand(
    connector,
    ALL_FLAGS,
    'disable-user',
    request({ beforeWrite: () => Promise.reject(refusal) }),
  );

  await assert.rejects(attempt, refusal);
  assert.deepEqual(connector.writes(), []);
});

test('passes the duty to change the password on to the enabling change', async () => {
  const connector = new ScriptedConnector([account({ active: false })]);
  let seen: EnableOptions | undefined;
  connector.onEnable = (before, options) => {
    seen = options;
    return { ...before, active: true };
  };

  await runUserCommand(connector, ALL_FLAGS, 'update-user', request({ allowEnable: true, mustChangePassword: true }));

  assert.deepEqual(seen, { mustChangePassword: true });
});

test('says that the account is active when only the update after enabling failed', async () => {
  const connector = new ScriptedConnector([account({ active: false })]);
  connector.onUpdate = () => refuse(ConnectorErrorKind.Validation);

  const result = await runUserCommand(connector, ALL_FLAGS, 'update-user', request({ allowEnable: true }));

  assert.deepEqual([result.success, result.active], [false, true]);
  assert.match(result.errorMessage ?? '', /now active/);
});

test('updates the account that appeared between look-up and creation', async () => {
  const connector = new ScriptedConnector([null, account()]);
  connector.onCreate = () => refuse(ConnectorErrorKind.Conflict, '409');

  const result = await runUserCommand(connector, ALL_FLAGS, 'create-user', request());

  assert.deepEqual([result.success, result.action, result.id], [true, 'update', 'u1']);
});

test('fails for good when the key belongs to an account nobody can see', async () => {
  const connector = new ScriptedConnector([null]);
  connector.onCreate = () => refuse(ConnectorErrorKind.Conflict, '409');

  const result = await runUserCommand(connector, ALL_FLAGS, 'update-user', request());

  assert.deepEqual(
    [result.success, result.action, result.errorCode, result.errorKind],
    [false, 'create', '409', 'conflict'],
  );
});

test('reports the account of a lost creation as created', async () => {
  const connector = new ScriptedConnector([null, account({ id: 'made' })]);
  connector.onCreate = () => refuse(ConnectorErrorKind.Transient, '503');

  const result = await runUserCommand(connector, ALL_FLAGS, 'create-user', request());

  assert.deepEqual([result.action, result.id], ['create', 'made']);
  assert.deepEqual(connector.writes(), ['create']);
});

test('leaves a lost creation to the next attempt when the second look-up fails too', async () => {
  const lost = new ConnectorError(ConnectorErrorKind.Transient, 'still down');
  const connector = new ScriptedConnector([null, lost]);
  connector.onCreate = () => refuse(ConnectorErrorKind.Transient, '503');

  await assert.rejects(runUserCommand(connector, ALL_FLAGS, 'create-user', request()), /refused as transient/);
  assert.deepEqual(connector.writes(), ['create']);
});

test('completes an interrupted creation without enabling it, and keeps telling that nothing was there', async () => {
  const connector = new ScriptedConnector([account({ active: false })]);
  const announced: unknown[] = [];

  const result = await runUserCommand(
    connector,
    ALL_FLAGS,
    'update-user',
    request({
      interrupted: 'absent',
      allowEnable: true,
      beforeWrite: (found, action) => Promise.resolve(void announced.push([found, action])),
    }),
  );

  assert.deepEqual([result.action, result.id, result.active], ['create', 'u1', false]);
  assert.deepEqual(connector.writes(), ['update']);
  assert.deepEqual(announced, [[null, 'create']]);
});

test('takes an account that was there before the interruption for what it is', async () => {
  const connector = new ScriptedConnector([account()]);

  const result = await runUserCommand(connector, ALL_FLAGS, 'create-user', request({ interrupted: 'present' }));

  assert.equal(result.action, 'update');
});

test('skips a disable whose account disappears under its hands', async () => {
  const connector = new ScriptedConnector([account()]);
  connector.onDisable = () => refuse(ConnectorErrorKind.NotFound, '404');

  const result = await runUserCommand(connector, ALL_FLAGS, 'disable-user', request());

  assert.deepEqual([result.success, result.skipped, result.reason], [true, true, 'User does not exist']);
});

test('trusts a successful disable although the application still shows the account as active', async () => {
  const connector = new ScriptedConnector([account()]);
  connector.onDisable = (before) => before;

  const result = await runUserCommand(connector, ALL_FLAGS, 'disable-user', request());

  assert.deepEqual([result.success, result.active], [true, false]);
});

for (const kind of [ConnectorErrorKind.RateLimited, ConnectorErrorKind.Transient]) {
  test(`throws what is ${kind}, for the engine to try again`, async () => {
    const connector = new ScriptedConnector([account()]);
    connector.onDisable = () => refuse(kind, '503');

    await assert.rejects(runUserCommand(connector, ALL_FLAGS, 'disable-user', request()), {
      name: 'ConnectorError',
      kind,
    });
  });
}

for (const kind of [ConnectorErrorKind.Unauthorized, ConnectorErrorKind.Validation, ConnectorErrorKind.Capacity]) {
  test(`turns what is ${kind} into a record`, async () => {
    const connector = new ScriptedConnector([account()]);
    connector.onDisable = () => refuse(kind, '403');

    const result = await runUserCommand(connector, ALL_FLAGS, 'disable-user', request());

    assert.deepEqual([result.success, result.errorKind, result.errorCode], [false, kind, '403']);
    assert.deepEqual([result.id, result.active], ['u1', true]);
  });
}

test('throws a programming error as it is', async () => {
  const connector = new ScriptedConnector([account()]);
  connector.onDisable = () => {
    throw new TypeError('a defect');
  };

  await assert.rejects(runUserCommand(connector, ALL_FLAGS, 'disable-user', request()), TypeError);
});

test('create of an existing account obeys the update flag and says so', async () => {
  const connector = new ScriptedConnector([account()]);

  const result = await runUserCommand(connector, { ...ALL_FLAGS, updateUserEnabled: false }, 'create-user', request());

  assert.deepEqual([result.action, result.skipped, result.id], ['update', true, 'u1']);
  assert.deepEqual(connector.writes(), []);
});

test('update of an absent account obeys the create flag', async () => {
  const connector = new ScriptedConnector([null]);

  const result = await runUserCommand(connector, { ...ALL_FLAGS, createUserEnabled: false }, 'update-user', request());

  assert.deepEqual([result.action, result.skipped, result.reason], ['create', true, 'Command is disabled.']);
});

test('carries warnings of enabling and updating once each', async () => {
  const connector = new ScriptedConnector([account({ active: false })]);
  connector.onEnable = (before) => ({ ...before, active: true, warnings: ['one'] });
  connector.onUpdate = (before) => ({ ...before, warnings: ['one', 'two'] });

  const result = await runUserCommand(connector, ALL_FLAGS, 'update-user', request({ allowEnable: true }));

  assert.deepEqual(result.warnings, ['one', 'two']);
});

test('makes the record of attempts that are used up from the last error', () => {
  const error = new ConnectorError(ConnectorErrorKind.Transient, 'down', { code: '503' });

  assert.deepEqual(failedResult('update', error), {
    action: 'update',
    success: false,
    skipped: false,
    errorCode: '503',
    errorMessage: 'down',
    errorKind: 'transient',
  });
});

test("an account that is recorded as another person's is refused, and worth another try while they are being changed", async () => {
  for (const command of ['get-user', 'create-user', 'update-user', 'disable-user'] as const) {
    const connector = new ScriptedConnector([account()]);
    const refused = await runUserCommand(connector, ALL_FLAGS, command, request({ ownerOf: async () => 'another' }));

    assert.deepEqual([refused.success, refused.errorKind, refused.errorCode], [false, 'conflict', '409'], command);
    await assert.rejects(
      runUserCommand(connector, ALL_FLAGS, command, request({ ownerOf: async () => 'anotherInProcess' })),
      (error: ConnectorError) => error.retryable,
      command,
    );
    assert.ok(connector.calls.every((call) => call.startsWith('find ')));
  }
});

test('records are asked about an account that a key has found, and about no other', async () => {
  const asked: string[] = [];
  const ownerOf = async (accountId: string) => {
    asked.push(accountId);
    return 'nobodyElse' as const;
  };
  await runUserCommand(new ScriptedConnector([null]), ALL_FLAGS, 'create-user', request({ ownerOf }));
  await runUserCommand(
    new ScriptedConnector([account()]),
    ALL_FLAGS,
    'update-user',
    request({ ownerOf, known: { id: 'u1' } }),
  );
  assert.deepEqual(asked, []);

  const found = await runUserCommand(
    new ScriptedConnector([account()]),
    ALL_FLAGS,
    'update-user',
    request({ ownerOf }),
  );

  assert.deepEqual([asked, found.success], [['u1'], true]);
});
