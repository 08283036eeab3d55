import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { resourcesOf, type WatchedResource } from '../../../kubernetes/resource-paths.ts';

/** A kind of object in one namespace, or in all of them where it is null. */
export interface Collection {
  resource: WatchedResource;
  namespace: string | null;
}

/** What has to be known for these workloads: per namespace only the kinds that workloads there have. */
export function wantedCollections(
  workloads: readonly WorkloadTarget[],
  clusterWide: boolean,
): Map<string, Collection> {
  const wanted = new Map<string, Collection>();
  for (const { kind, namespace } of workloads) {
    for (const resource of resourcesOf(kind)) {
      const collection = { resource, namespace: clusterWide ? null : namespace };
      wanted.set(collectionKey(collection), collection);
    }
  }
  return wanted;
}

export function collectionKey({ resource, namespace }: Collection): string {
  return `${resource}@${namespace ?? '*'}`;
}
