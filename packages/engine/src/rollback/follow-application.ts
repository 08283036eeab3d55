import type { Applications, Git, Observed, PlanningRead, RevertTarget, SyncSeen } from '@lastgood/domain';

type Ask = Applications['askForSync'];
type Step = Parameters<Ask>[0];

interface FollowedApplication {
  read: PlanningRead<'application'>;
  waitForSync: {
    observe(step: Step, operation: unknown, signal: AbortSignal): Promise<Observed<SyncSeen>>;
    apply: Ask;
  };
}

/** Which commit a controller has applied is its cluster's to say, what that commit has undone is Git's: here they are joined. */
export function followApplication(
  applications: Applications | undefined,
  git: Git | undefined,
): FollowedApplication | undefined {
  if (!applications || !git) return undefined;
  async function look(
    asked: RevertTarget & Pick<Step, 'application'>,
    signal: AbortSignal,
  ): Promise<Observed<SyncSeen>> {
    const [own, source] = [applications as Applications, git as Git];
    const read = await own.read(asked, signal);
    if (read.kind !== 'seen') return read;
    const { revision } = read.seen;
    if (revision === '') return { kind: 'seen', seen: { ...read.seen, includesRevert: false } };
    const undone = await source.isUndoneIn(asked, revision, signal);
    if (undone.kind === 'unreachable') return undone;
    // A commit that the branch does not have, such as one from before it was rewritten, proves nothing.
    return { kind: 'seen', seen: { ...read.seen, includesRevert: undone.kind === 'seen' && undone.seen } };
  }
  return {
    read: look,
    waitForSync: {
      observe: (step, _operation, signal) => look(step, signal),
      apply: (...given) => applications.askForSync(...given),
    },
  };
}
