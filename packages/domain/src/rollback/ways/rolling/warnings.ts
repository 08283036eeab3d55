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
  if (owner.kind === 'possible-controller') {
    warnings.push(
      `${name} may be managed by ${owner.name} (${owner.evidence}): if it is, it puts the bad version back by itself. ` +
        `If so, revert the bad version in its source; if not, the next apply of the bad manifest still brings it back.`,
    );
  }
  if (observation.replacesPods === 'when-deleted') {
    warnings.push(
      `${name} replaces a pod only when it is deleted (update strategy OnDelete): its pods are evicted one at a time.`,
    );
  }
  const { unknown } = judgeImages(to, evidence);
  if (unknown.length > 0)
    warnings.push(`No digest is recorded for ${unknown.join(', ')}; its tag has to be trusted.`);
  return [...warnings, ...rightWarnings(ready)];
}
