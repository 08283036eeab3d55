import type { Deployment } from '../deployment/deployment.ts';
import { releaseName } from '../deployment/release-words.ts';
import type { Service } from '../service/service.ts';
import type { ImageEvidence } from '../workload/observation.ts';
import type { RegistryFinding } from '../workload/registry-image.ts';
import type { Refusal } from './refusal.ts';
import { imageStateOf, missingRecord, proofInWords } from './targets.ts';
import { imageGone } from './ways/rolling/images.ts';

/** How many good releases are looked at for one whose image exists. */
export const mostNextTargets = 8;

/** Whether another release would help: the images of this one are gone, and nothing else stands in the way. */
export function wantsNextTarget(refusals: readonly Refusal[]): boolean {
  return refusals.length > 0 && refusals.every(({ code }) => code === imageGone);
}

interface Looked {
  service: Service;
  deployment: Deployment;
  /** The good releases that were looked at, newest first. */
  candidates: readonly Deployment[];
  evidence: readonly ImageEvidence[];
  registry: readonly RegistryFinding[];
  now: number;
}

/** Judge: the refusals with the release to return to instead, the first whose image is known to exist. */
export function withNextTarget(refusals: readonly Refusal[], looked: Looked): Refusal[] {
  const advice = nextTargetAdvice(looked);
  return refusals.map((refusal) => (refusal.code === imageGone ? { ...refusal, advice } : refusal));
}

function nextTargetAdvice({ service, deployment, candidates, evidence, registry, now }: Looked): string {
  for (const one of candidates) {
    const candidate = { deployment: one, lastServedAt: null };
    const { state, sentence } = imageStateOf(service, deployment, candidate, { evidence, registry }, now);
    const isThere = state === 'there' || state === 'running' || state === 'restorable';
    if (isThere && missingRecord(service, deployment, one) === null)
      return `Return to ${releaseName(one)} instead, which is ${proofInWords(one)}: ${sentence}. Or push the missing image again.`;
  }
  const looked = candidates.length;
  return looked === 0
    ? 'No other release is known to be good: push the missing image again, or deploy a version that fixes it.'
    : `Push the missing image again, or deploy a version that fixes it: none of the other good releases (${looked} looked at) is known to have its image still.`;
}
