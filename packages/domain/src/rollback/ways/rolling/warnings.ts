import { judgeImages } from '../../../workload/pin-images.ts';
import type { ReadyWorkload } from './ready-workload.ts';

/** What a person should know before the click, but what stops nothing. */
export function warningsFor({ workload, observation, to, evidence }: ReadyWorkload): string[] {
  const warnings: string[] = [];
  const name = `${workload.kind} ${workload.name}`;
  const { owner, snapshot } = observation;
  if (snapshot.templateDigest === to.templateDigest)
    warnings.push(`${name} has the target's template already; nothing will be sent.`);
  if (owner.kind === 'package-manager' || owner.kind === 'manual-apply') {
    warnings.push(
      `${name} is managed by ${owner.name} (${owner.evidence}): the next apply of the bad manifest brings it back.`,
    );
  }
  if (observation.desiredReplicas === 0)
    warnings.push(`${name} is scaled to zero replicas: going back will prove nothing.`);
  const { unknown } = judgeImages(to, evidence);
  if (unknown.length > 0)
    warnings.push(`No digest is recorded for ${unknown.join(', ')}; its tag has to be trusted.`);
  return warnings;
}
