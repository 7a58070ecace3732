/** A party to an event as the System Log names it: who did something, or whom or what it was done to. */
export interface LogParty {
  readonly id?: string | null | undefined;
  readonly type?: string | null | undefined;
  /** A person's login, an application's name. Personal data, as is the display name. */
  readonly alternateId?: string | null | undefined;
  readonly displayName?: string | null | undefined;
}

/** An event of Okta's System Log: the members that the flows read (spec okta-flows 3.4). Checked where it is read. */
export interface LogEvent {
  /** Unique per event; makes a repeated delivery recognisable. */
  readonly uuid: string;
  /** ISO instant at which it happened; events can arrive in another order. */
  readonly published: string;
  readonly eventType: string;
  readonly displayMessage?: string | null | undefined;
  readonly outcome?: { readonly result?: string | null | undefined } | null | undefined;
  readonly actor?: LogParty | null | undefined;
  readonly target?: readonly LogParty[] | null | undefined;
  readonly debugContext?:
    { readonly debugData?: Readonly<Record<string, unknown>> | null | undefined } | null | undefined;
}

/** Types of targets, as the System Log spells them. */
export const LogTargetType = {
  User: 'User',
  AppInstance: 'AppInstance',
  UserGroup: 'UserGroup',
} as const;
export type LogTargetType = (typeof LogTargetType)[keyof typeof LogTargetType];

/** The first target of a type; undefined when the event has none. */
export const targetOf = ({ target }: LogEvent, type: LogTargetType): LogParty | undefined =>
  target?.find((party) => party.type === type);

/** The outcome of an event that did happen; everything else was refused or failed. */
export const SUCCESS = 'SUCCESS';

const partyOf = ({ id, type, alternateId, displayName }: LogParty): LogParty => ({
  id,
  type,
  alternateId,
  displayName,
});

/** The event without anything that no flow reads, such as where somebody was: only this is kept. */
export function usedMembers(event: LogEvent): LogEvent {
  const { uuid, published, eventType, displayMessage, outcome, actor, target, debugContext } = event;
  const changedAttributes = debugContext?.debugData?.['changedAttributes'];
  return {
    uuid,
    published,
    eventType,
    displayMessage,
    outcome: { result: outcome?.result },
    ...(actor === null || actor === undefined ? {} : { actor: partyOf(actor) }),
    target: (target ?? []).map(partyOf),
    ...(changedAttributes === undefined ? {} : { debugContext: { debugData: { changedAttributes } } }),
  };
}
