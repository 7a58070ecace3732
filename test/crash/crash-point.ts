/** Where a worker process is to be killed: before or after the work of the first call of an activity. */
export interface CrashPoint {
  /** Activity type; with the application's name for its commands, e.g. `runApplicationCommand Atlas Wiki`. */
  readonly activity: string;
  readonly phase: 'before' | 'after';
}

type AnyActivity = (request: unknown) => Promise<unknown>;

const nameOf = (activity: string, request: unknown): string => {
  const instance = (request as { readonly instance?: string } | undefined)?.instance;
  return activity === 'runApplicationCommand' && instance !== undefined ? `${activity} ${instance}` : activity;
};

/** The same activities, except that the process dies at the point, as if the machine had lost its power. */
export function crashingAt<T extends object>(activities: T, point: CrashPoint | undefined): T {
  if (point === undefined) return activities;
  const wrapped = Object.entries(activities as Record<string, AnyActivity>).map(([activity, work]) => {
    const crashing: AnyActivity = async (request) => {
      const isHere = nameOf(activity, request) === point.activity;
      if (isHere && point.phase === 'before') process.kill(process.pid, 'SIGKILL');
      const result = await work(request);
      if (isHere && point.phase === 'after') process.kill(process.pid, 'SIGKILL');
      return result;
    };
    return [activity, crashing] as const;
  });
  return Object.fromEntries(wrapped) as T;
}

/** Both sides of every activity. */
export const pointsOf = (activities: readonly string[]): CrashPoint[] =>
  activities.flatMap((activity) => [
    { activity, phase: 'before' as const },
    { activity, phase: 'after' as const },
  ]);
