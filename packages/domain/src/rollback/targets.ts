import { type Deployment, workloadChanges } from '../deployment/deployment.ts';
import { isGoodTarget } from '../deployment/eligibility.ts';
import { formatAge } from '../deployment/format-age.ts';
import type { Service } from '../service/service.ts';
import { changedConfiguration } from '../workload/configuration.ts';
import { inFewWords } from '../workload/difference/difference.ts';
import type { ImageEvidence } from '../workload/observation.ts';
import { type RegistryFinding, registryImagesOf } from '../workload/registry-image.ts';
import { sameTemplate } from '../workload/same-template.ts';
import type { WorkloadTarget } from '../workload/workload.ts';
import { differencesOf } from './differences.ts';
import { neededWorkloads } from './ways/rolling/needs.ts';

/** A release that a deployment could be taken back to, as it is recorded. */
export interface TargetCandidate {
  deployment: Deployment;
  /** When the release after it began; null when there is none. */
  lastServedAt: number | null;
}

/** The most targets that are listed; more are no choice. */
const mostTargets = 20;

/**
 * What a person may choose from: first what the button takes, then the good ones, then the others, each newest first. A template
 * that is listed already is not listed again, and what the deployment itself runs is no target.
 */
export function orderTargets(
  deployment: Deployment,
  chosenId: string | null,
  candidates: readonly TargetCandidate[],
): TargetCandidate[] {
  const rank = (one: Deployment) => {
    if (one.id === chosenId) return 0;
    if (isGoodTarget(one)) return 1;
    return one.status === 'completed' ? 2 : 3;
  };
  const inOrder = candidates
    .filter((one) => one.deployment.id !== deployment.id)
    .sort((a, b) => rank(a.deployment) - rank(b.deployment) || b.deployment.release - a.deployment.release);
  const kept: TargetCandidate[] = [];
  for (const one of inOrder) {
    const isOther = [deployment, ...kept.map((before) => before.deployment)].every(
      (before) => !sameWorkloads(before, one.deployment),
    );
    if (isOther || one.deployment.id === chosenId) kept.push(one);
  }
  return kept.slice(0, mostTargets);
}

/**
 * Whether both left the same templates behind; never where one of them left none that is known, or changed something else
 * too, as a flag.
 */
function sameWorkloads(one: Deployment, other: Deployment): boolean {
  if ([one, other].some(({ changes }) => changes.some(({ kind }) => kind !== 'workload'))) return false;
  const [ours, theirs] = [workloadChanges(one), workloadChanges(other)];
  return (
    ours.length > 0 &&
    ours.length === theirs.length &&
    ours.every(({ target, after }) =>
      theirs.some(
        (change) =>
          change.target.kind === target.kind &&
          change.target.name === target.name &&
          after !== null &&
          change.after !== null &&
          sameTemplate(after, change.after) &&
          changedConfiguration(after.configuration, change.after.configuration).length === 0,
      ),
    )
  );
}

/** What is proven of a target, for a label. */
export function proofInWords({ status, proof }: Pick<Deployment, 'status' | 'proof'>): string {
  if (status === 'rolled_back') return 'was taken back';
  if (status === 'failed') return 'never came up';
  return proof === 'presumed_good' ? 'presumed good' : proof === 'pending' ? 'not verified yet' : proof;
}

/** In what the deployment differs from the target, in a few words; null where nothing is known to differ. */
export function targetDiffers(service: Service, deployment: Deployment, target: Deployment): string | null {
  return inFewWords(differencesOf({ service, deployment, target }));
}

/** Why no plan could be made to it, as far as records tell; null when one may. */
export function missingRecord(service: Service, deployment: Deployment, target: Deployment): string | null {
  const missing = wanted(service, deployment, target).filter(({ ask }) => ask.to === null);
  if (missing.length === 0) return null;
  const named = missing.map(({ ask: { workload } }) => `${workload.kind} ${workload.name}`).join(', ');
  return `What it set on ${named} is not recorded, so there is nothing to return to. Deploy it again with its pipeline.`;
}

function wanted(service: Service, deployment: Deployment, target: Deployment) {
  const changes = workloadChanges(deployment);
  return neededWorkloads({ service, deployment, target, changes, declared: null, handedOver: [] });
}

/** Ask: the images of all targets, by workload; `imageKey` tells whose each is. */
export function imagesToAsk(
  service: Service,
  deployment: Deployment,
  targets: readonly Deployment[],
): { workload: WorkloadTarget; images: Record<string, string> }[] {
  const byWorkload = new Map<string, { workload: WorkloadTarget; images: Record<string, string> }>();
  for (const target of targets) {
    for (const { ask } of wanted(service, deployment, target)) {
      const name = `${ask.workload.kind}/${ask.workload.name}`;
      const asked = byWorkload.get(name) ?? { workload: ask.workload, images: {} };
      for (const [container, image] of Object.entries(ask.to?.images ?? {}))
        asked.images[imageKey(target, container)] = image;
      byWorkload.set(name, asked);
    }
  }
  return [...byWorkload.values()];
}

/** Ask: of which images their registries are asked, by `imageKey`. */
export function registryImagesToAsk(
  service: Service,
  deployment: Deployment,
  targets: readonly Deployment[],
): Pick<RegistryFinding, 'container' | 'image'>[] {
  return targets.flatMap((target) =>
    wanted(service, deployment, target).flatMap(({ ask: { to } }) =>
      (to ? registryImagesOf(to) : []).map(({ container, image }) => ({
        container: imageKey(target, container),
        image,
      })),
    ),
  );
}

function imageKey(target: Pick<Deployment, 'id'>, container: string): string {
  return `${target.id}/${container}`;
}

/** Best last: that of several containers is the worst of theirs. */
const imageStates = ['gone', 'unknown', 'seen', 'restorable', 'running', 'there'] as const;

export type ImageState = (typeof imageStates)[number];

/** Judge: whether a target's images are there, as far as pods and registries tell. */
export function imageStateOf(
  service: Service,
  deployment: Deployment,
  target: TargetCandidate,
  { evidence, registry }: { evidence: readonly ImageEvidence[]; registry: readonly RegistryFinding[] },
  now: number,
): { state: ImageState; sentence: string } {
  const states = wanted(service, deployment, target.deployment).flatMap(({ ask: { to } }) =>
    Object.entries(to?.images ?? {}).map(([container, reference]): ImageState => {
      const key = imageKey(target.deployment, container);
      const found = evidence.filter((one) => one.container === key && one.reference === reference);
      const recorded = reference.split('@')[1] ?? to?.imageDigests[container];
      if (recorded === undefined) return 'unknown';
      const answer = registry.find((one) => one.container === key && one.image.digest === recorded)?.answer;
      if (answer?.kind === 'there') return 'there';
      if (answer?.kind === 'gone' && answer.backup) return 'restorable';
      if (found.some(({ runningDigests }) => runningDigests.includes(recorded))) return 'running';
      if (answer?.kind === 'gone') return 'gone';
      return found.some(({ goneDigests }) => goneDigests.includes(recorded)) ? 'gone' : 'seen';
    }),
  );
  const state = imageStates.find((one) => states.includes(one)) ?? 'unknown';
  return { state, sentence: imageSentence(state, target, now) };
}

function imageSentence(state: ImageState, { lastServedAt }: TargetCandidate, now: number): string {
  switch (state) {
    case 'running':
      return 'pods of the service run its image now';
    case 'there':
      return 'the registry has its image';
    case 'restorable':
      return 'the registry has its image no more, a backup of the registry has: it is copied back first';
    case 'gone':
      return 'the registry has its image no more';
    case 'unknown':
      return 'its image was never seen running: only the name is known';
    case 'seen':
      return lastServedAt === null
        ? 'its image was seen running; whether the registry still has it is not known'
        : `its image ran until ${formatAge(now - lastServedAt)} ago; whether the registry still has it is not known`;
  }
}
