import type { Deployment } from '../../../deployment/deployment.ts';
import { isGoodTarget } from '../../../deployment/eligibility.ts';
import { judgeImages } from '../../../workload/pin-images.ts';
import type { RollbackFacts, WorkloadFacts } from '../../needed-facts.ts';

/** What a person should know before the click, but what stops nothing. */
export function warningsFor(facts: RollbackFacts, target: Deployment): string[] {
  const warnings: string[] = [];
  if (!isGoodTarget(target))
    warnings.push(`Release ${target.release} is ${target.proof}: nothing proves that it was good.`);
  if (target.proof === 'presumed_good')
    warnings.push(
      `Release ${target.release} is presumed good: it served when the service was first applied.`,
    );
  const others = [
    ...new Set(facts.deployment.changes.map((change) => change.kind).filter((kind) => kind !== 'workload')),
  ];
  if (others.length > 0)
    warnings.push(`This deployment also changed ${others.join(', ')}; that will not go back with it.`);
  return [...warnings, ...facts.workloads.flatMap(workloadWarnings)];
}

function workloadWarnings({ workload, read, to, evidence }: WorkloadFacts): string[] {
  if (read.kind !== 'found' || !to) return [];
  const warnings: string[] = [];
  const name = `${workload.kind} ${workload.name}`;
  const { owner, snapshot } = read.observation;
  if (snapshot.templateDigest === to.templateDigest)
    warnings.push(`${name} has the target's template already; nothing will be sent.`);
  if (owner.kind === 'package-manager' || owner.kind === 'manual-apply') {
    warnings.push(
      `${name} is managed by ${owner.name} (${owner.evidence}): the next apply of the bad manifest brings it back.`,
    );
  }
  const { unknown } = judgeImages(to, evidence);
  if (unknown.length > 0)
    warnings.push(`No digest is recorded for ${unknown.join(', ')}; its tag has to be trusted.`);
  return warnings;
}
