import type { ReadResult, WorkloadObservation } from '@lastgood/domain/workload/observation';
import { templateImages } from '@lastgood/domain/workload/template-images';
import type { WorkloadSnapshot, WorkloadTarget } from '@lastgood/domain/workload/workload';
import { nameOf, reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiAnswer } from '../../kubernetes/api-answer.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { labelSelector } from '../../kubernetes/label-selector.ts';
import { listAll } from '../../kubernetes/list-all.ts';
import { historyPath, makesReplicaSets, podsPath, workloadPath } from '../../kubernetes/resource-paths.ts';
import { isControlledBy, type ServedMeta } from '../../kubernetes/served-meta.ts';
import { blockingPod } from './blocking-pod.ts';
import { canonicalRevision } from './canonical-revision.ts';
import { appliedState } from './field-ownership.ts';
import { ownerOfKind } from './owner.ts';
import { progressOf } from './progress.ts';
import { resumeHint } from './resume-hint.ts';
import { agreedDigests, type RevisionPods, splitPods } from './revision-pods.ts';
import {
  isObserved,
  isOnDelete,
  type ServedControllerRevision,
  type ServedPod,
  type ServedReplicaSet,
  type ServedWorkload,
} from './served-objects.ts';
import { servingTemplates } from './serving.ts';
import type { Surroundings } from './surroundings.ts';
import { bareTemplate, templateDigest } from './template-digest.ts';
import { currentOf, fromControllerRevisions, fromReplicaSets } from './template-history.ts';
import { templateWriters } from './template-writers.ts';

export type Found<T> = { kind: 'ok'; found: T } | Exclude<ApiAnswer, { kind: 'ok' }>;

/** The workload alone, as served. */
export async function fetchWorkload(
  api: ApiClient,
  target: WorkloadTarget,
  signal: AbortSignal,
): Promise<Found<ServedWorkload>> {
  const answer = await api({ method: 'GET', path: workloadPath(target) }, signal);
  if (answer.kind !== 'ok') return answer;
  const found = answer.body as ServedWorkload;
  return hasTemplate(found)
    ? { kind: 'ok', found }
    : { kind: 'not-sent', reason: borrowed(target, found), forGood: true };
}

/** A Rollout may take its template from another workload. */
export function hasTemplate({ spec }: ServedWorkload): boolean {
  return spec.template !== undefined && spec.selector !== undefined;
}

function borrowed(target: WorkloadTarget, { spec }: ServedWorkload): string {
  const { kind = 'another workload', name = '' } = spec.workloadRef ?? {};
  return `${nameOf(target)} has no template of its own: it takes that of ${`${kind} ${name}`.trim()}. Declare that as the workload, and the Rollout under rollback.argo-rollouts`;
}

/** The workload first, then its pods and history: what comes later is never older than the workload. */
export async function fetchSurroundings(
  api: ApiClient,
  target: WorkloadTarget,
  signal: AbortSignal,
): Promise<Found<Surroundings>> {
  const answer = await fetchWorkload(api, target, signal);
  if (answer.kind !== 'ok') return answer;
  const workload = answer.found;
  const query = { labelSelector: labelSelector(workload.spec.selector) };
  const [pods, history] = await Promise.all([
    listAll<ServedPod>(api, podsPath(target.namespace), query, signal),
    listAll<ServedReplicaSet | ServedControllerRevision>(api, historyPath(target), query, signal),
  ]);
  if (pods.kind !== 'ok') return pods;
  if (history.kind !== 'ok') return history;
  return { kind: 'ok', found: surroundingsOf(target, workload, pods.items, history.items) };
}

/** Of pods and history of a namespace, those that belong to the workload. Pure. */
export function surroundingsOf(
  { kind }: WorkloadTarget,
  workload: ServedWorkload,
  pods: readonly ServedPod[],
  history: readonly (ServedReplicaSet | ServedControllerRevision)[],
): Surroundings {
  const { uid } = workload.metadata;
  if (kind === 'Deployment' || kind === 'Rollout') {
    const sets = (history as readonly ServedReplicaSet[]).filter((set) => isControlledBy(set, uid));
    const owned = pods.filter((pod) => sets.some((set) => isControlledBy(pod, set.metadata.uid)));
    return { workload, history: fromReplicaSets(workload, sets, kind), pods: owned };
  }
  const revisions = history as readonly ServedControllerRevision[];
  return {
    workload,
    history: fromControllerRevisions(kind, workload, revisions),
    pods: pods.filter((pod) => isControlledBy(pod, uid)),
  };
}

export async function readWorkload(
  api: ApiClient,
  target: WorkloadTarget,
  now: () => number,
  signal: AbortSignal,
): Promise<ReadResult> {
  const answer = await fetchSurroundings(api, target, signal);
  if (answer.kind === 'ok') return { kind: 'found', observation: observe(target, answer.found, now()) };
  return notSeen(answer, target);
}

/** Why a workload was not read: it is not there, or nobody can tell. */
export function notSeen(
  answer: Exclude<ApiAnswer, { kind: 'ok' }>,
  target: WorkloadTarget,
): { kind: 'not-found' | 'unreachable'; reason: string } {
  if (answer.kind === 'rejected' && answer.code === 404) {
    return { kind: 'not-found', reason: `${nameOf(target)} does not exist in cluster ${target.cluster}` };
  }
  return { kind: 'unreachable', reason: reasonOf(answer) };
}

/** What the served objects mean. Pure. */
export function observe(
  target: WorkloadTarget,
  around: Surroundings,
  observedAt: number,
): WorkloadObservation {
  const { workload } = around;
  const hash = currentHash(target, around);
  const pods = hash === null ? null : splitPods(target.kind, around.pods, hash);
  const snapshot = snapshotOf(target, around, pods, observedAt);
  return {
    snapshot,
    desiredReplicas:
      target.kind === 'DaemonSet'
        ? (workload.status?.desiredNumberScheduled ?? 0)
        : (workload.spec.replicas ?? 1),
    paused: workload.spec.paused === true,
    resumeHint: resumeHint(target),
    beingDeleted: Boolean(workload.metadata.deletionTimestamp),
    replacesPods: isOnDelete(workload) ? 'when-deleted' : 'by-itself',
    owner: ownerOfKind(target.kind, workload.metadata),
    writers: templateWriters(workload.metadata),
    progress: {
      ...progressOf(target.kind, workload, pods),
      blocking: blockingPod({ target, workload, pods, seenAt: observedAt }),
    },
    serving: servingTemplates(target.kind, around, { hash, snapshot }),
  };
}

/**
 * The commit that whoever made the image or the manifest wrote down, on the template or else on the object.
 * https://specs.opencontainers.org/image-spec/annotations/
 */
function commitOf({ metadata, spec }: ServedWorkload): string | undefined {
  const key = 'org.opencontainers.image.revision';
  const template = spec.template.metadata as ServedMeta | undefined;
  return template?.annotations?.[key] ?? metadata.annotations?.[key];
}

function snapshotOf(
  target: WorkloadTarget,
  { workload, history }: Surroundings,
  pods: RevisionPods | null,
  observedAt: number,
): WorkloadSnapshot {
  const current = currentOf(workload, history);
  const annotated =
    workload.metadata.annotations?.[
      `${target.kind === 'Rollout' ? 'rollout.argoproj.io' : 'deployment.kubernetes.io'}/revision`
    ];
  const remembered = current === null ? null : String(current.revision);
  return {
    uid: workload.metadata.uid,
    generation: workload.metadata.generation ?? 0,
    template: bareTemplate(workload.spec.template),
    templateDigest: templateDigest(workload.spec.template),
    images: templateImages(workload.spec.template),
    imageDigests: agreedDigests(pods?.current ?? []),
    podTemplateHash: current?.hash ?? null,
    revision: makesReplicaSets(target.kind) ? (annotated ?? remembered) : remembered,
    historyName: current?.name ?? null,
    applied: appliedState(workload.metadata),
    commit: commitOf(workload),
    canonicalRevision: canonicalRevision(workload.spec.template),
    observedAt,
  };
}

/**
 * By which the pods of the current template are told; null when it is not known. A StatefulSet's status names its revision
 * once it has caught up, which helps where the history keeps the template in another shape.
 */
function currentHash(target: WorkloadTarget, { workload, history }: Surroundings): string | null {
  const { status } = workload;
  const named =
    target.kind === 'StatefulSet' && isObserved(workload) ? (status?.updateRevision ?? null) : null;
  return currentOf(workload, history)?.hash ?? named;
}
