import type { ClusterClient } from '../cluster-client.ts';
import type { WorkloadName } from './workload.ts';

/** Sets an image and waits for its rollout, after whatever is still being rolled out. */
export async function rollOut(cluster: ClusterClient, workload: WorkloadName, image: string): Promise<void> {
  await untilSettled(cluster, workload);
  await cluster.setImage(workload, image);
  await untilSettled(cluster, workload);
}

/** @throws Error when it is not complete within half a minute */
export async function untilSettled(cluster: ClusterClient, workload: WorkloadName): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    if ((await cluster.rollout(workload)).complete) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${workload.kind} ${workload.name} of the sample fleet did not come up`);
}
