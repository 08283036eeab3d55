import { shownCommit } from '../../../deployment/shown-commit.ts';
import { ensureCommitReverted } from '../../contracts/ensure-commit-reverted.ts';
import { waitForSync } from '../../contracts/wait-for-sync.ts';
import type { AnsweredFact } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';

/** Why a branch cannot be brought back; empty when it can. */
export function branchRefusals({ ask, answer }: AnsweredFact<'branch'>): Refusal[] {
  const name = `${ask.repository} (${ask.branch})`;
  if (answer.kind === 'not-found') {
    const advice =
      'Correct rollback.gitops of the service, or the change that was registered; or revert by hand.';
    return [{ code: 'branch-unknown', reason: `${name} cannot be used: ${answer.reason}.`, advice }];
  }
  const { seen } = answer;
  const movers = moverRefusals(seen.movers);
  if (!seen.contains || seen.reverted) {
    const refusal = ensureCommitReverted.refusal(
      { ...ask, kind: 'ensure-commit-reverted' } as never,
      seen,
      '',
    );
    return [...(refusal ? [{ code: 'commit-not-on-branch', ...refusal }] : []), ...movers];
  }
  if (seen.files === 0) {
    return [
      {
        code: 'nothing-to-revert',
        reason: `${shownCommit(ask.commit)} of ${name} changes nothing${ask.path ? ` under ${ask.path}` : ''}: undoing it would not bring another version.`,
        advice:
          'Find the commit that brought the bad version and revert it by hand, or correct the declared path.',
      },
      ...movers,
    ];
  }
  // With a path, its content is restored instead, and the plan says so.
  if (seen.conflicts.length === 0 || ask.path) return movers;
  return [
    {
      code: 'revert-conflicts',
      reason: `${seen.conflicts.join(', ')} changed the same lines of ${name} after ${shownCommit(ask.commit)}: a revert would conflict.`,
      advice:
        'Revert by hand, keeping what the newer commits meant; or declare the path of the service (rollback.gitops), so that its content is restored as it was.',
    },
    ...movers,
  ];
}

/** Why a controller would not take the revert; empty when it would. */
export function applicationRefusals({ ask, answer }: AnsweredFact<'application'>): Refusal[] {
  const name = `${ask.application.kind} ${ask.application.namespace}/${ask.application.name}`;
  if (answer.kind === 'not-found') {
    const advice = 'Correct rollback.gitops of the service; or revert by hand in Git.';
    return [{ code: 'application-unknown', reason: `${name} cannot be followed: ${answer.reason}.`, advice }];
  }
  const { seen } = answer;
  const step = { ...ask, uid: seen.uid };
  const refusal = waitForSync.refusal(step, seen, '');
  const branch = seen.source?.branch;
  return [
    ...(refusal ? [{ code: 'application-suspended', ...refusal }] : []),
    ...(branch && branch !== ask.branch
      ? [
          {
            code: 'other-branch',
            reason: `${name} takes its truth from ${branch}, and the revert would go to ${ask.branch}.`,
            advice: `Let it follow ${ask.branch} again, or correct rollback.gitops of the service.`,
          },
        ]
      : []),
    ...moverRefusals(seen.movers),
  ];
}

/** What would put the bad version back by itself, within minutes or at its next turn. */
function moverRefusals(
  movers: readonly { name: string; effect: string; advice: string; isAutomatic: boolean }[] = [],
) {
  return movers
    .filter(({ isAutomatic }) => isAutomatic)
    .map(({ name, effect, advice }) => ({ code: 'image-automation', reason: `${name} ${effect}.`, advice }));
}
