import { milliseconds } from './duration.js';
import type { TaskRules } from './config/tasks.js';

/** What is to be sent about an open question, and when to look again. Instants are milliseconds. */
export interface Attention {
  /** Number of the newest reminder that is due; older ones that were missed are passed over. */
  readonly reminder: number | null;
  /** Whether the second address is to be told. */
  readonly isOverdue: boolean;
  /** When something falls due next; null when nothing does any more. */
  readonly nextAt: number | null;
}

/**
 * Who is to be told about an open question at an instant. A question is never answered by the clock (spec
 * playbooks-provisioning 0.4): reminders go to whoever may answer, the deadline to a second address.
 *
 * @param latestEscalation the second address is told then at the latest, whatever the deadline; null = the deadline alone
 */
export function attentionAt(
  now: number,
  openedAt: number,
  { reminders, remindEvery, deadline }: Pick<TaskRules, 'reminders' | 'remindEvery' | 'deadline'>,
  latestEscalation: number | null = null,
): Attention {
  const every = milliseconds(remindEvery);
  const reminderTimes = Array.from({ length: reminders }, (_, index) => openedAt + (index + 1) * every);
  const escalation = Math.min(openedAt + milliseconds(deadline), latestEscalation ?? Infinity);
  const due = reminderTimes.filter((time) => time <= now).length;
  const coming = [...reminderTimes, escalation].filter((time) => time > now);
  return {
    reminder: due === 0 ? null : due,
    isOverdue: escalation <= now,
    nextAt: coming.length === 0 ? null : Math.min(...coming),
  };
}
