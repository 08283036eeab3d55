import type { PodTemplate, WorkloadKind } from '@lastgood/domain/workload/workload';
import { makesReplicaSets } from '../../kubernetes/resource-paths.ts';
import { isControlledBy } from '../../kubernetes/served-meta.ts';
import { revisionLabel } from './revision-pods.ts';
import {
  isObserved,
  type ServedControllerRevision,
  type ServedReplicaSet,
  type ServedWorkload,
} from './served-objects.ts';
import { bareTemplate, templateDigest } from './template-digest.ts';

/** One template that Kubernetes remembers of a workload, in a ReplicaSet or a ControllerRevision. */
export interface RememberedTemplate {
  name: string;
  revision: number;
  /** As the pods of this revision carry it in their label. */
  hash: string | null;
  template: PodTemplate;
  digest: string;
}

type OfReplicaSets = Extract<WorkloadKind, 'Deployment' | 'Rollout'>;

const revisionAnnotations: Record<OfReplicaSets, string> = {
  Deployment: 'deployment.kubernetes.io/revision',
  Rollout: 'rollout.argoproj.io/revision',
};

/** The ReplicaSets of a Deployment or Rollout, newest revision first. */
export function fromReplicaSets(
  workload: ServedWorkload,
  sets: readonly ServedReplicaSet[],
  kind: OfReplicaSets = 'Deployment',
): RememberedTemplate[] {
  return sets
    .filter((set) => isControlledBy(set, workload.metadata.uid))
    .map((set) => ({
      name: set.metadata.name,
      revision: Number(set.metadata.annotations?.[revisionAnnotations[kind]] ?? 0),
      hash: set.metadata.labels?.[revisionLabel(kind)] ?? null,
      template: bareTemplate(set.spec.template),
      digest: templateDigest(set.spec.template),
    }))
    .sort(newestFirst);
}

/**
 * The ControllerRevisions of a StatefulSet or DaemonSet, newest first. Their data is a patch that replaces the template.
 * https://kubernetes.io/docs/tasks/manage-daemon/rollback-daemon-set/#understanding-daemonset-revisions
 */
export function fromControllerRevisions(
  kind: WorkloadKind,
  workload: ServedWorkload,
  revisions: readonly ServedControllerRevision[],
): RememberedTemplate[] {
  const remembered: RememberedTemplate[] = [];
  for (const { metadata, data, revision } of revisions) {
    const patch = data?.spec?.template;
    if (!patch || !isControlledBy({ metadata }, workload.metadata.uid)) continue;
    const template = bareTemplate(
      patch.$patch === 'replace' ? patch : { ...workload.spec.template, ...patch },
    );
    remembered.push({
      name: metadata.name,
      revision,
      hash: kind === 'StatefulSet' ? metadata.name : (metadata.labels?.['controller-revision-hash'] ?? null),
      template,
      digest: templateDigest(template),
    });
  }
  return remembered.sort(newestFirst);
}

/**
 * What holds the workload's current template. Controllers reuse an equal one, so the newest is in use. A Rollout is served as it
 * was written, and its ReplicaSets with all defaults: there its controller says which it is, once it has seen the template.
 */
export function currentOf(
  workload: ServedWorkload,
  history: readonly RememberedTemplate[],
): RememberedTemplate | null {
  const { currentPodHash } = workload.status ?? {};
  if (currentPodHash !== undefined)
    return isObserved(workload) ? (history.find(({ hash }) => hash === currentPodHash) ?? null) : null;
  const digest = templateDigest(workload.spec.template);
  return history.find((remembered) => remembered.digest === digest) ?? null;
}

/**
 * The template before the current one; null when that cannot be told.
 *
 * The current template may not be remembered yet: the controller has not seen the change, or a Deployment that recreates
 * waits for its old pods. Then the newest remembered one is the one before. But a ControllerRevision keeps raw data: after
 * an upgrade that adds a default it no longer equals the template it stands for, and the newest may be the current one.
 */
export function previousOf(
  kind: WorkloadKind,
  workload: ServedWorkload,
  history: readonly RememberedTemplate[],
): RememberedTemplate | null {
  const current = currentOf(workload, history);
  if (current === null) {
    const observed = isObserved(workload);
    return makesReplicaSets(kind) || !observed ? (history[0] ?? null) : null;
  }
  return history.find((remembered) => remembered.digest !== current.digest) ?? null;
}

function newestFirst(a: RememberedTemplate, b: RememberedTemplate): number {
  return b.revision - a.revision || (a.name < b.name ? -1 : 1);
}
