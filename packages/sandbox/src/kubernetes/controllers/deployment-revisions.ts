import type { Deployment, PodTemplate, ReplicaSet } from '../objects.ts';
import { canonicalJson } from '../seeded-names.ts';
import { byCreation, DESIRED_ANNOTATION, MAX_ANNOTATION, rollingLimits } from './deployment-replicas.ts';

export const HASH_LABEL = 'pod-template-hash';
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY_ANNOTATION = 'deployment.kubernetes.io/revision-history';
export const ROLLBACK_ANNOTATION = 'deprecated.deployment.rollback.to';

/** Annotations of a Deployment that its ReplicaSets do not take over, and the other way round. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION_ANNOTATION,
  REVISION_HISTORY_ANNOTATION,
  DESIRED_ANNOTATION,
  MAX_ANNOTATION,
  ROLLBACK_ANNOTATION,
]);

export function revisionOf(set: ReplicaSet | undefined): number {
  return Number(set?.metadata.annotations?.[REVISION_ANNOTATION] ?? 0);
}

/** The ReplicaSet that already has the Deployment's template; of several the oldest. */
export function findNewSet(deployment: Deployment, sets: ReplicaSet[]): ReplicaSet | undefined {
  const wanted = canonicalJson(withoutHash(deployment.spec.template));
  return byCreation(sets).find((set) => canonicalJson(withoutHash(set.spec.template)) === wanted);
}

export function withoutHash(template: PodTemplate): PodTemplate {
  const { [HASH_LABEL]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** The annotations the new ReplicaSet should have; the same object when it already has them. */
export function newSetAnnotations(
  deployment: Deployment,
  before: Record<string, string> | undefined,
  newRevision: number,
): Record<string, string> {
  const result = { ...before };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.has(key)) result[key] = value;
  }
  const oldRevision = before?.[REVISION_ANNOTATION];
  if (Number(oldRevision ?? 0) < newRevision) {
    result[REVISION_ANNOTATION] = String(newRevision);
    if (oldRevision !== undefined) {
      const history = before?.[REVISION_HISTORY_ANNOTATION];
      result[REVISION_HISTORY_ANNOTATION] = history ? `${history},${oldRevision}` : oldRevision;
    }
  }
  if (!before) Object.assign(result, sizeAnnotations(deployment));
  return before && canonicalJson(before) === canonicalJson(result) ? before : result;
}

/** What a ReplicaSet remembers of the Deployment's size, so that a later change of it can be told. */
export function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const { replicas } = deployment.spec;
  return {
    [DESIRED_ANNOTATION]: String(replicas),
    [MAX_ANNOTATION]: String(replicas + rollingLimits(deployment).surge),
  };
}

/** The annotations of a Deployment that went back to this ReplicaSet: its own private ones and the ReplicaSet's. */
export function annotationsAfterRollback(deployment: Deployment, set: ReplicaSet): Record<string, string> {
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => NOT_COPIED.has(key));
  const restored = Object.entries(set.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key));
  return Object.fromEntries([...own, ...restored]);
}
