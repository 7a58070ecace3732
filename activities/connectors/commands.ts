import { ConnectorError, ConnectorErrorKind } from './types.js';
import type {
  AppUser,
  CommandFlags,
  EnableOptions,
  LookupKey,
  UserCommand,
  UserCommandRequest,
  UserCommandResult,
  UserConnector,
} from './types.js';

/** Reason of a command that its flag switched off. Result tables and playbooks compare it literally. */
export const COMMAND_DISABLED = 'Command is disabled.';

/** Reason of a skipped command, and message of a failed get, when the application has no such account. */
export const USER_DOES_NOT_EXIST = 'User does not exist';

/** Reason of a disable that had nothing to do. */
export const ALREADY_DISABLED = 'User is already disabled.';

/** Error code of a failed disabling: the account that we knew does not exist any more. */
export const ACCOUNT_GONE = '404';

/** How long reads may lag behind a disabling; services speak of seconds. */
const LONGEST_LAG_MS = 60_000;

type Action = UserCommandResult['action'];

/** One command under way. `refusal` tells what the caller's own check threw from what the application refused. */
interface Run {
  readonly connector: UserConnector;
  readonly flags: CommandFlags;
  readonly request: UserCommandRequest;
  refusal: unknown;
}

/**
 * Runs one generic command by the rules that are the same for every application: flags, look-up one key after another,
 * create-or-update, enable before update (spec connectors 1.3 to 1.5 and 1.8).
 *
 * Safe to repeat at any point: every attempt looks up first, and a repeated command changes nothing. Nothing but
 * retryable {@link ConnectorError}s, the caller's own `beforeWrite` and programming errors is thrown; whatever the
 * application refuses for good comes back as a record with `success: false` (spec connectors 1.9).
 */
export async function runUserCommand(
  connector: UserConnector,
  flags: CommandFlags,
  command: UserCommand,
  request: UserCommandRequest,
): Promise<UserCommandResult> {
  const run: Run = { connector, flags, request, refusal: undefined };
  switch (command) {
    case 'get-user':
      return guarded(run, 'get', () => getUser(run));
    case 'create-user':
      return guarded(run, 'create', () => createUser(run));
    case 'update-user':
      return guarded(run, 'update', () => updateUser(run));
    case 'disable-user':
      return guarded(run, 'disable', () => disableUser(run));
  }
}

/** The record of a failure, also for a retryable one whose attempts are used up (spec connectors 1.9). */
export function failedResult(action: Action, error: ConnectorError, account?: AppUser): UserCommandResult {
  return {
    action,
    success: false,
    skipped: false,
    ...(account === undefined ? {} : accountFields(account)),
    errorCode: error.code,
    errorMessage: error.message,
    errorKind: error.kind,
  };
}

async function guarded(run: Run, action: Action, work: () => Promise<UserCommandResult>): Promise<UserCommandResult> {
  const result = await work().catch((error: unknown) => refusedResult(run, action, error));
  const email = run.request.profile.email ?? result.email;
  return email === undefined ? result : { ...result, email };
}

/** Turns a permanent refusal of the application into a record; everything else goes on to the caller. */
function refusedResult(run: Run, action: Action, error: unknown, account?: AppUser): UserCommandResult {
  if (!(error instanceof ConnectorError) || error.retryable || error === run.refusal) throw error;
  return failedResult(action, error, account);
}

async function getUser(run: Run): Promise<UserCommandResult> {
  const user = await lookUp(run);
  if (user === null) {
    const absent = new ConnectorError(ConnectorErrorKind.NotFound, USER_DOES_NOT_EXIST, { code: '404' });
    return failedResult('get', absent);
  }
  return { ...done('get', user), profile: await run.connector.toProfile(user) };
}

async function createUser(run: Run): Promise<UserCommandResult> {
  if (!run.flags.createUserEnabled) return skipped('create', COMMAND_DISABLED);
  const user = await lookUp(run);
  if (user === null) return createAbsent(run);
  return run.request.interrupted === 'absent' ? completeCreation(run, user) : updateFound(run, user);
}

async function updateUser(run: Run): Promise<UserCommandResult> {
  if (!run.flags.updateUserEnabled) return skipped('update', COMMAND_DISABLED);
  const user = await lookUp(run);
  if (user !== null) {
    return run.request.interrupted === 'absent' ? completeCreation(run, user) : updateFound(run, user);
  }
  if (!run.flags.createIfNotExists) return skipped('update', USER_DOES_NOT_EXIST);
  if (!run.flags.createUserEnabled) return skipped('create', COMMAND_DISABLED);
  return createAbsent(run);
}

async function disableUser(run: Run): Promise<UserCommandResult> {
  if (!run.flags.disableUserEnabled) return skipped('disable', COMMAND_DISABLED);
  const user = await lookUp(run);
  if (user === null) return disableAbsent(run);
  const mayRevoke = run.request.isLeaver === true && run.connector.revokeAccess !== undefined;
  if (user.active || mayRevoke) await announce(run, user, 'disable');
  const result = user.active ? await disableActive(run, user) : disabledBefore(run, user);
  return mayRevoke && result.success && result.id !== undefined ? await revokeAccess(run, user, result) : result;
}

async function disableActive(run: Run, user: AppUser): Promise<UserCommandResult> {
  try {
    const after = await run.connector.disable(user.id, user, run.request.profile);
    // Some applications go on reporting `active` for seconds after a successful answer (spec connectors 1.8.5).
    return { ...done('disable', after), active: false, ...goneAfter(run) };
  } catch (error) {
    if (isKind(error, ConnectorErrorKind.NotFound)) return disableAbsent(run);
    return refusedResult(run, 'disable', error, user);
  }
}

const goneAfter = ({ connector }: Run): Pick<UserCommandResult, 'gone'> =>
  connector.disablingDeletes === true ? { gone: true } : {};

/** Where disabling deletes, an account that an interrupted attempt had found was deleted by that attempt. */
function disableAbsent(run: Run): UserCommandResult {
  const { connector, request } = run;
  if (connector.disablingDeletes === true && request.interrupted === 'present') {
    return { action: 'disable', success: true, skipped: false, active: false, gone: true };
  }
  return { ...skipped('disable', USER_DOES_NOT_EXIST), ...goneAfter(run) };
}

const disabledBefore = ({ request }: Run, user: AppUser): UserCommandResult =>
  request.interrupted === 'present' ? done('disable', user) : skipped('disable', ALREADY_DISABLED, user);

/** The account is disabled whatever comes of this; what could not be taken away makes the command fail. */
async function revokeAccess(run: Run, user: AppUser, disabled: UserCommandResult): Promise<UserCommandResult> {
  try {
    await run.connector.revokeAccess?.(user.id);
    return disabled;
  } catch (error) {
    return { ...refusedResult(run, 'disable', error, user), active: false };
  }
}

async function createAbsent(run: Run): Promise<UserCommandResult> {
  await announce(run, null, 'create');
  try {
    return done('create', await run.connector.create(run.request.profile));
  } catch (error) {
    if (isKind(error, ConnectorErrorKind.Conflict)) return afterConflict(run, error);
    if (!isKind(error, ConnectorErrorKind.Transient)) return refusedResult(run, 'create', error);
    // The answer may have been lost after the account was made; if the look-up cannot tell either, the next attempt does.
    const made = await lookUp(run).catch(() => null);
    if (made === null) throw error;
    return done('create', await finishCreation(run, made));
  }
}

/** Somebody made the account between look-up and creation, or the key belongs to one that we cannot see. */
async function afterConflict(run: Run, conflict: unknown): Promise<UserCommandResult> {
  const user = await lookUp(run);
  if (user === null) return refusedResult(run, 'create', conflict);
  return writeFound(run, user);
}

const finishCreation = async ({ connector }: Run, user: AppUser): Promise<AppUser> =>
  (await connector.finishCreation?.(user)) ?? user;

/**
 * An interrupted attempt had found nothing and now there is an account: that attempt made it. It is finished as that
 * attempt would have, brought up to date, not enabled beyond that, and reported as created; the caller is told `absent`
 * again, so that its record of the look-up stands.
 */
async function completeCreation(run: Run, user: AppUser): Promise<UserCommandResult> {
  await announce(run, null, 'create');
  try {
    const finished = await finishCreation(run, user);
    if (!run.flags.updateUserEnabled) return done('create', finished);
    return done('create', await run.connector.update(finished.id, run.request.profile, finished));
  } catch (error) {
    return refusedResult(run, 'create', error, user);
  }
}

async function updateFound(run: Run, user: AppUser): Promise<UserCommandResult> {
  if (!run.flags.updateUserEnabled) return skipped('update', COMMAND_DISABLED, user);
  await announce(run, user, 'update');
  return writeFound(run, user);
}

/** Enables first where allowed, because several applications refuse changes to inactive accounts (spec connectors 1.4). */
async function writeFound(run: Run, user: AppUser): Promise<UserCommandResult> {
  const { connector, flags, request } = run;
  if (!flags.updateUserEnabled) return skipped('update', COMMAND_DISABLED, user);
  const isUsable = user.active && user.isDormant !== true && !wasJustDisabled(run);
  const enabling = request.allowEnable && flags.enableUserEnabled && !isUsable;
  let before = user;
  try {
    if (enabling) before = await connector.enable(user.id, user, enableOptions(request));
  } catch (error) {
    return refusedResult(run, 'update', error, user);
  }
  try {
    const after = await connector.update(before.id, request.profile, before, request.oldUserData);
    return withWarnings(done('update', after), before);
  } catch (error) {
    const failure = refusedResult(run, 'update', error, before);
    return enabling ? { ...failure, active: true, errorMessage: stillActive(failure.errorMessage) } : failure;
  }
}

/** Whether a read may show as active what is disabled; enabling what is enabled does no harm. */
const wasJustDisabled = ({ connector, request }: Run): boolean =>
  connector.readsAtOnce !== true && Date.now() - Date.parse(request.known?.disabledAt ?? '') < LONGEST_LAG_MS;

const stillActive = (message = ''): string => `${message} The account was enabled before this and is now active.`;

const enableOptions = ({ mustChangePassword }: UserCommandRequest): EnableOptions =>
  mustChangePassword === undefined ? {} : { mustChangePassword };

/** Tells the caller what is about to be written; its refusal is thrown on unchanged. */
async function announce(run: Run, found: AppUser | null, action: 'create' | 'update' | 'disable'): Promise<void> {
  try {
    await run.request.beforeWrite?.(found, action);
  } catch (error) {
    run.refusal = error;
    throw error;
  }
}

/** Asks for one key after another until one answers (spec connectors 1.3). */
async function lookUp({ connector, request }: Run): Promise<AppUser | null> {
  const { profile, known, oldUserData } = request;
  const keys = await connector.lookupKeys(profile, known, oldUserData);
  if (keys.length === 0) {
    throw new ConnectorError(
      ConnectorErrorKind.Validation,
      `The profile holds none of the attributes by which ${connector.brand} finds an account; check the outgoing mapper.`,
      { code: '400' },
    );
  }
  const asked = new Set<string>();
  for (const key of keys) {
    const question = `${key.attribute}\n${key.value.toLowerCase()}`;
    if (asked.has(question)) continue;
    asked.add(question);
    const user = await connector.find(key, profile, oldUserData);
    if (user === null) continue;
    await refuseOthers(request, connector.brand, key, user);
    return user;
  }
  return null;
}

/**
 * Refuses an account that our records know to be another person's. Whose change is under way may be giving up the key
 * right now, so that another try is worth it; otherwise somebody has to free the key.
 */
async function refuseOthers(
  { known, ownerOf }: UserCommandRequest,
  brand: string,
  { attribute }: LookupKey,
  { id }: AppUser,
): Promise<void> {
  if (ownerOf === undefined || id === known?.id) return;
  const owner = await ownerOf(id);
  if (owner === 'nobodyElse') return;
  const what = `The account that ${brand} has under this ${attribute} is recorded as another person's`;
  throw owner === 'anotherInProcess'
    ? new ConnectorError(ConnectorErrorKind.Transient, `${what}, whose own change is under way.`, { code: '409' })
    : new ConnectorError(
        ConnectorErrorKind.Conflict,
        `${what}, so nothing was written. Give that account its owner's ${attribute}, then retry.`,
        { code: '409' },
      );
}

const isKind = (error: unknown, kind: ConnectorErrorKind): boolean =>
  error instanceof ConnectorError && error.kind === kind;

function skipped(action: Action, reason: string, user?: AppUser): UserCommandResult {
  return { action, success: true, skipped: true, reason, ...(user === undefined ? {} : accountFields(user)) };
}

function done(action: Action, user: AppUser): UserCommandResult {
  return { action, success: true, skipped: false, ...accountFields(user), user };
}

function accountFields(user: AppUser): Partial<UserCommandResult> {
  return {
    id: user.id,
    active: user.active,
    ...(user.username === null ? {} : { username: user.username }),
    ...(user.email === null ? {} : { email: user.email }),
    ...(user.warnings === undefined || user.warnings.length === 0 ? {} : { warnings: user.warnings }),
  };
}

function withWarnings(result: UserCommandResult, before: AppUser): UserCommandResult {
  const warnings = [...new Set([...(before.warnings ?? []), ...(result.warnings ?? [])])];
  return warnings.length === 0 ? result : { ...result, warnings };
}
