import type { MemberPatch, Run, RunMember } from '@lastgood/domain';

/** A run after a write: patched members, and those that a change of the run's own status takes with it. */
export function withMembers(run: Run, before: Run['status'], patches: readonly MemberPatch[]): Run {
  if (!run.members) return run;
  const patched = run.members.map((one) => ({ ...one, ...patches.find(({ lane }) => lane === one.lane) }));
  return { ...run, members: run.status === before ? patched : patched.map((one) => following(run, one)) };
}

/** As the trigger of the real table: a run that is over has no active member, one that goes on has no stopped one. */
function following(run: Run, member: RunMember): RunMember {
  const { status, verdict, stop, finishedAt } = run;
  const isOpen = member.status === 'queued' || member.status === 'running';
  if (status !== 'queued' && status !== 'running')
    return isOpen ? { ...member, status, verdict, stop, finishedAt } : member;
  return isOpen || member.status === 'done'
    ? member
    : { ...member, status: 'queued', verdict: null, stop: null, finishedAt: null };
}
