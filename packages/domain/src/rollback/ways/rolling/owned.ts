import type { Owner } from '../../../workload/observation.ts';
import type { AnsweredFact } from '../../need.ts';
import type { OwnedWorkload } from '../way.ts';

/** What to do instead, for those who put their own version back by themselves. */
const adviceFor: Partial<Record<Owner['kind'], (name: string) => string>> = {
  'git-controller': () => 'Revert the commit in Git.',
  'delivery-controller': (name) => `Abort or undo with ${name}.`,
  'unknown-controller': (name) =>
    `Put the version to return to into ${name} itself: its controller sets the workload from it.`,
};

/** A workload whose owner would put the bad version back; null when it has no such owner. */
export function ownedWorkload({ ask, answer }: AnsweredFact<'workload'>): OwnedWorkload | null {
  if (answer.kind !== 'seen') return null;
  const { workload } = ask;
  const { owner: by } = answer.seen.observation;
  const advice = by.kind === 'nobody' ? undefined : adviceFor[by.kind]?.(by.name);
  if (by.kind === 'nobody' || advice === undefined) return null;
  const name = `${workload.kind} ${workload.namespace}/${workload.name}`;
  const refusal = {
    code: 'owned-by-controller',
    reason: `${name} belongs to ${by.name} (${by.evidence}), which would put the bad version back.`,
    advice,
  };
  return { workload, by, refusal };
}
