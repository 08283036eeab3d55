import type { ServingTemplate } from '@lastgood/domain/workload/observation';
import { templateImages } from '@lastgood/domain/workload/template-images';
import type { WorkloadKind, WorkloadSnapshot } from '@lastgood/domain/workload/workload';
import { agreedDigests, readyDigests, revisionLabel } from './revision-pods.ts';
import { isEnding, isReady, type ServedPod } from './served-objects.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The templates that serve, the one with the most ready pods first. The specification says what is wanted; what serves is told
 * by the owned pods that are ready, apart by the revision they were made from. Neither a Deployment's `readyReplicas`, which
 * is the sum over all revisions, nor its conditions tell: *Available* stays true at zero replicas and while only the old
 * ReplicaSet has ready pods. Pods of a revision that the cluster no longer remembers are left out.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
export function servingTemplates(
  kind: WorkloadKind,
  { history, pods }: Surroundings,
  current: { hash: string | null; snapshot: WorkloadSnapshot },
): ServingTemplate[] {
  const ready = pods.filter((pod) => isReady(pod) && !isEnding(pod));
  const revisions = Map.groupBy(ready, (pod) => pod.metadata.labels?.[revisionLabel(kind)]);
  const byDigest = Map.groupBy(
    [...revisions].flatMap(([hash, own]) => {
      const snapshot = hash === undefined ? null : snapshotOf(hash, history, current);
      return snapshot ? [{ snapshot, own }] : [];
    }),
    ({ snapshot }) => snapshot.templateDigest,
  );
  return [...byDigest.values()]
    .flatMap(([first, ...more]) =>
      first
        ? [
            servingOf(
              first.snapshot,
              [first, ...more].flatMap(({ own }) => own),
            ),
          ]
        : [],
    )
    .sort((a, b) => b.ready - a.ready || (a.snapshot.templateDigest < b.snapshot.templateDigest ? -1 : 1));
}

function servingOf(snapshot: WorkloadSnapshot, pods: readonly ServedPod[]): ServingTemplate {
  return {
    snapshot: { ...snapshot, imageDigests: agreedDigests(pods) },
    ready: pods.length,
    readyDigests: readyDigests(pods),
  };
}

/** Null when nothing remembers the template behind a hash. */
function snapshotOf(
  hash: string,
  history: Surroundings['history'],
  current: { hash: string | null; snapshot: WorkloadSnapshot },
): WorkloadSnapshot | null {
  if (hash === current.hash) return current.snapshot;
  const remembered = history.find((one) => one.hash === hash);
  if (!remembered) return null;
  const { template, digest, revision, name } = remembered;
  return {
    ...current.snapshot,
    template,
    templateDigest: digest,
    images: templateImages(template),
    podTemplateHash: hash,
    revision: String(revision),
    historyName: name,
  };
}
