import { judgeImages } from '../../../workload/pin-images.ts';
import type { ReadyWorkload } from './ready-workload.ts';
import { rightWarnings } from './rights.ts';

/** What a person should know before the click, but what stops nothing. */
export function warningsFor(ready: ReadyWorkload): string[] {
  const { workload, observation, to, evidence } = ready;
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
  const { unknown } = judgeImages(to, evidence);
  if (unknown.length > 0)
    warnings.push(`No digest is recorded for ${unknown.join(', ')}; its tag has to be trusted.`);
  return [...warnings, ...rightWarnings(ready)];
}
