import { ownerInWords } from '../../../workload/owner-words.ts';
import { judgeImages } from '../../../workload/pin-images.ts';
import { scalerInWords } from '../../../workload/scaler.ts';
import { ownershipWarnings } from './field-owners.ts';
import type { ReadyWorkload } from './ready-workload.ts';
import { rightWarnings } from './rights.ts';
import { storedTemplate } from './stored-template.ts';

/** What a person should know before the click, but what stops nothing. */
export function warningsFor(ready: ReadyWorkload): string[] {
  const { workload, observation, to } = ready;
  const name = `${workload.kind} ${workload.name}`;
  const { owner, snapshot } = observation;
  const isThere = snapshot.templateDigest === storedTemplate(ready, to).templateDigest;
  const warnings = isThere
    ? [`${name} has the target's template already; nothing will be sent.`]
    : [...pinWarnings(name, ready), ...admissionWarnings(name, ready), ...ownershipWarnings(name, ready)];
  if (owner.kind === 'package-manager' || owner.kind === 'manual-apply') {
    warnings.push(
      `${name} is managed by ${ownerInWords(owner)} (${owner.evidence}): the next apply of the bad manifest brings it back.`,
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
  if (ready.scaler && !isThere)
    warnings.push(`${name} is scaled by ${scalerInWords(ready.scaler)}: its replicas are left alone.`);
  const { kept = 0 } = observation.progress;
  if (kept > 0) {
    warnings.push(
      `A partition keeps ${kept} of the pods of ${name} on the version they have: those that run the bad version go on running it until the partition is lowered.`,
    );
  }
  const { unknown } = judgeImages(ready.recorded, snapshot, ready.evidence, ready.registry);
  if (unknown.length > 0)
    warnings.push(`No digest is recorded for ${unknown.join(', ')}; its tag has to be trusted.`);
  return [...warnings, ...rightWarnings(ready)];
}

/** Where nothing runs, nothing can be proven. */
export function scaleWarnings({ workload, observation }: ReadyWorkload): string[] {
  if (observation.desiredReplicas !== 0) return [];
  return [`${workload.kind} ${workload.name} is scaled to zero replicas: going back will prove nothing.`];
}

function pinWarnings(name: string, { recorded, observation, evidence, registry }: ReadyWorkload): string[] {
  return judgeImages(recorded, observation.snapshot, evidence, registry).moved.map(
    ({ container, reference, recorded: digest, now }) =>
      `${name}: ${container} is pinned to ${digest}, because ${reference} points elsewhere now (${now}).`,
  );
}

function admissionWarnings(name: string, { rehearsal }: ReadyWorkload): string[] {
  if (rehearsal?.kind !== 'accepted' || rehearsal.changes.length === 0) return [];
  return [`The cluster changes the template of ${name} as it stores it: ${rehearsal.changes.join(', ')}.`];
}
