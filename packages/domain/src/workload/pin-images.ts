import type { ImageEvidence } from './observation.ts';
import type { ImageBackup, RegistryFinding, RegistryImage } from './registry-image.ts';
import type { WorkloadSnapshot } from './workload.ts';

/** A tag that points to other content than it did when the target was recorded. */
export interface MovedTag {
  container: string;
  reference: string;
  /** `sha256:...` as it was proven. */
  recorded: string;
  /** `sha256:...` that pods got under this tag since. */
  now: string;
}

/** An image that cannot be had any more. */
export interface GoneImage {
  reference: string;
  digest: string;
  /** Whether the registry itself said so, and not only a pod that could not pull it. */
  registryAsked: boolean;
  /** What the backups of the registry said. */
  backupNotes: string[];
}

/** An image that the registry has lost and a backup has. */
export interface RestorableImage {
  image: RegistryImage;
  backup: ImageBackup;
}

/** What to do about each container's image before a recorded template is applied again. */
export interface ImageJudgement {
  /** Container to digest: the image is named by digest, because its tag points elsewhere, or nothing tells where. */
  pin: Record<string, string>;
  /** Of the pinned ones, those whose tag is known to point elsewhere now. */
  moved: MovedTag[];
  /** Images that no registry has any more: the target cannot be started. */
  gone: GoneImage[];
  /** Images that have to be copied back first. */
  restore: RestorableImage[];
  /** Gone too, but pods serve them now: only nodes that have them can start them. */
  onNodesOnly: string[];
  /** Images whose registry could not be asked, and why. */
  unasked: { reference: string; reason: string }[];
  /** Images whose digest was never seen; only their tag can be trusted. */
  unknown: string[];
}

/**
 * A tag is only a name; what was proven is the digest. An image already named by digest is left alone; so is a tag that pods
 * of the workload run with the recorded digest and no other right now, for then the old ReplicaSet is used again and a
 * rollback of a stuck rollout takes no time. Everything else is pinned to the recorded digest, unless that is known to be
 * gone. A container that serves now as it is in the target is never a reason to refuse. What a registry says of itself counts
 * more than what a pod was told when it pulled; one that could not be asked says nothing. A restored image has its digest and
 * no tag of its own, so it is pinned.
 *
 * @param from what is set now
 * @param findings what registries say; empty where none was asked
 */
export function judgeImages(
  target: WorkloadSnapshot,
  from: Pick<WorkloadSnapshot, 'images' | 'imageDigests'>,
  evidence: readonly ImageEvidence[],
  findings: readonly RegistryFinding[] = [],
): ImageJudgement {
  const judgement: ImageJudgement = {
    ...{ pin: {}, moved: [], gone: [], restore: [], onNodesOnly: [], unasked: [], unknown: [] },
  };
  for (const [container, reference] of Object.entries(target.images)) {
    const recorded = reference.split('@')[1] ?? target.imageDigests[container];
    if (!recorded) {
      judgement.unknown.push(`${container} (${reference})`);
      continue;
    }
    const found = evidence.find((one) => one.container === container);
    const running = found?.runningDigests ?? [];
    const now = running.find((digest) => digest !== recorded);
    const isSame = from.images[container] === reference && from.imageDigests[container] === recorded;
    const finding = findings.find((one) => one.container === container && one.image.digest === recorded);
    const there = presence(finding, found?.goneDigests.includes(recorded) ?? false);
    if (there.kind === 'unasked') judgement.unasked.push({ reference, reason: there.reason });
    if (there.kind === 'restorable') judgement.restore.push(there.one);
    const isGone = there.kind === 'gone';
    const serves = isSame || running.includes(recorded);
    const mustPin = there.kind === 'restorable' || now !== undefined || running.length === 0;
    if (isGone && !serves) judgement.gone.push({ reference, digest: recorded, ...there.how });
    else if (mustPin && !reference.includes('@')) judgement.pin[container] = recorded;
    if (isGone && serves && there.how.registryAsked)
      judgement.onNodesOnly.push(imageAsItWas(reference, recorded));
    if (judgement.pin[container] && now) judgement.moved.push({ container, reference, recorded, now });
  }
  return judgement;
}

type Presence =
  | { kind: 'there' }
  | { kind: 'unasked'; reason: string }
  | { kind: 'restorable'; one: RestorableImage }
  | { kind: 'gone'; how: Pick<GoneImage, 'registryAsked' | 'backupNotes'> };

/** @param podWasTold a pod that wanted to pull it was told that it is not there */
function presence(finding: RegistryFinding | undefined, podWasTold: boolean): Presence {
  const answer = finding?.answer;
  if (finding && answer?.kind === 'gone') {
    const { backup, backupNotes } = answer;
    if (backup) return { kind: 'restorable', one: { image: finding.image, backup } };
    return { kind: 'gone', how: { registryAsked: true, backupNotes } };
  }
  if (answer?.kind === 'there') return { kind: 'there' };
  if (podWasTold) return { kind: 'gone', how: { registryAsked: false, backupNotes: [] } };
  return answer?.kind === 'unknown' ? { kind: 'unasked', reason: answer.reason } : { kind: 'there' };
}

/** "registry.example/shop/web:v1 as it was (sha256:...)" */
export function imageAsItWas(reference: string, digest: string): string {
  return `${reference.split('@')[0]} as it was (${digest})`;
}
