import type { AnsweredFact } from '../../need.ts';
import type { OwnedWorkload } from '../way.ts';

/** A workload whose owner would put the bad version back; null when it has no such owner. */
export function ownedWorkload({ ask, answer }: AnsweredFact<'workload'>): OwnedWorkload | null {
  if (answer.kind !== 'seen') return null;
  const { workload } = ask;
  const { owner: by } = answer.seen.observation;
  if (by.kind !== 'git-controller' && by.kind !== 'delivery-controller') return null;
  const name = `${workload.kind} ${workload.namespace}/${workload.name}`;
  const refusal = {
    code: 'owned-by-controller',
    reason: `${name} belongs to ${by.name} (${by.evidence}), which would put the bad version back.`,
    advice: by.kind === 'git-controller' ? 'Revert the commit in Git.' : `Abort or undo with ${by.name}.`,
  };
  return { workload, by, refusal };
}
