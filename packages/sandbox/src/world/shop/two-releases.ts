import { imageOf } from './images.ts';
import { serviceManifest, workloadManifest } from './manifests.ts';
import { untilSettled } from './roll-out.ts';
import type { ScenarioPlace } from './scenario.ts';
import type { WorkloadName } from './workload.ts';

export interface TwoReleases {
  name: string;
  /** Versions it ran before it was first looked at, the older one first. */
  history: readonly [number, number];
  replicas: number;
}

/**
 * Brings a Deployment up in its older release and then in the one that serves. What its pods stand on may come after them: they
 * are waited for at the end only.
 */
export async function bringUp(
  { name, history, replicas }: TwoReleases,
  { cluster, newestVersion }: Pick<ScenarioPlace, 'cluster' | 'newestVersion'>,
): Promise<void> {
  const workload: WorkloadName = { kind: 'Deployment', name };
  const [older, newer] = history.map((version) => imageOf(name, `v${version}`));
  if (!older || !newer) return;
  if ((await cluster.read('Service', name)) === null)
    await cluster.create(serviceManifest(name, { app: name }));
  if (!(await cluster.has(workload)))
    await cluster.create(workloadManifest({ ...workload, replicas, image: older, labels: { app: name } }));
  // Afterwards it is whoever releases that says what runs.
  if (newestVersion(name) <= history[0]) {
    await untilSettled(cluster, workload);
    await cluster.setImage(workload, newer);
  }
  await untilSettled(cluster, workload);
}
