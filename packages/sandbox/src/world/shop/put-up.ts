import type { ClusterClient } from '../cluster-client.ts';
import type { Manifest } from './manifests.ts';
import { untilSettled } from './roll-out.ts';
import type { WorkloadKind } from './workload.ts';

const workloadKinds: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet'] satisfies WorkloadKind[];

/**
 * Creates the objects that are not there, each by itself, since somebody may have deleted any of them, and waits for the
 * workloads among them.
 * @returns whether one of the workloads was missing
 */
export async function putUp(cluster: ClusterClient, manifests: readonly Manifest[]): Promise<boolean> {
  const missing: Manifest[] = [];
  for (const manifest of manifests) {
    const { kind, metadata } = manifest;
    if ((await cluster.read(kind, metadata.name)) !== null) continue;
    await cluster.create(manifest);
    missing.push(manifest);
  }
  const workloads = missing.filter(({ kind }) => workloadKinds.includes(kind));
  for (const { kind, metadata } of workloads)
    await untilSettled(cluster, { kind: kind as WorkloadKind, name: metadata.name });
  return workloads.length > 0;
}
