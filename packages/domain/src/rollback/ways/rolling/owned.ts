import type { Deployment } from '../../../deployment/deployment.ts';
import type { Service } from '../../../service/service.ts';
import type { Owner } from '../../../workload/observation.ts';
import type { WorkloadTarget } from '../../../workload/workload.ts';
import type { AnsweredFact } from '../../need.ts';
import { declaredOwner } from '../delivered.ts';
import { gitOwner } from '../gitops/git-owner.ts';
import type { OwnedWorkload, RollbackContext } from '../way.ts';
import { readyWorkloads } from './ready-workload.ts';

/** What to do instead, for those who put their own version back by themselves. */
const adviceFor: Partial<Record<Owner['kind'], (name: string) => string>> = {
  'git-controller': () => 'Revert the commit in Git.',
  'delivery-controller': (name) => `Abort or undo with ${name}.`,
  'unknown-controller': (name) =>
    `Put the version to return to into ${name} itself: its controller sets the workload from it.`,
};

/**
 * A workload whose owner would put the bad version back; null when it has no such owner. What a delivery controller brings out
 * bears no mark of it, and what a Git controller sets need not: there the service says so.
 */
export function ownedWorkload(
  fact: AnsweredFact<'workload'>,
  { service, deployment }: Pick<RollbackContext, 'service' | 'deployment'>,
): OwnedWorkload | null {
  const { ask, answer } = fact;
  if (answer.kind !== 'seen') return null;
  const owned = insistentOwner(ask.workload, answer.seen.observation.owner, { service, deployment });
  return owned && { ...owned, ready: readyWorkloads([fact])[0] ?? null };
}

/** The same of a workload of which no more than its owner is known. */
export function insistentOwner(
  workload: WorkloadTarget,
  seen: Owner,
  { service, deployment }: { service: Service; deployment: Pick<Deployment, 'changes'> },
): OwnedWorkload | null {
  const declared = declaredOwner(service, workload) ?? gitOwner(service, deployment);
  const by = seen.kind !== 'nobody' && adviceFor[seen.kind] ? seen : declared;
  const advice = by && adviceFor[by.kind]?.(by.name);
  if (!by || !advice) return null;
  const name = `${workload.kind} ${workload.namespace}/${workload.name}`;
  const refusal = {
    code: 'owned-by-controller',
    reason: `${name} belongs to ${by.name} (${by.evidence}), which would put the bad version back.`,
    advice,
  };
  return { workload, by, refusal, ready: null };
}
