import { concludeLane, type Notification, type RunCommit, toldNeverBegun } from '@lastgood/domain';
import { laneContext } from './lane-context.ts';
import type { WorkContext } from './work-context.ts';

/**
 * A lane's conclusion as the run has it. Every member was told that the rollback begins and that it hears where it stops: whoever never
 * begins because of this lane is told its end with it, and is called where that one is.
 *
 * @param context of the whole run
 */
export function concludeMember(
  context: WorkContext,
  lane: number,
  concluded: RunCommit,
  now: number,
): RunCommit {
  const commit = concludeLane(context.run, lane, concluded, now);
  const { plan, members = [] } = context.run;
  if (plan === null || members.length === 0) return commit;
  const urgency = concluded.notifications?.some((one) => one.urgency === 'page') ? 'page' : 'info';
  const ends = (commit.members ?? []).flatMap(({ lane: other, status, stop }): Notification[] =>
    other === lane || !stop || (status !== 'stopped' && status !== 'cancelled')
      ? []
      : toldNeverBegun(laneContext(context, other), { status, stop, urgency }, now),
  );
  return { ...commit, notifications: [...(commit.notifications ?? []), ...ends] };
}
