import { type BareRepository, branch } from '../../../gitops/bare-repository.ts';
import { imageOf, tagOf } from '../images.ts';
import { serviceManifest, workloadManifest } from '../manifests.ts';
import { untilSettled } from '../roll-out.ts';
import type { ScenarioPlace } from '../scenario.ts';
import { createApplication } from './application.ts';

export const name = 'reviews';
export const workload = { kind: 'Deployment', name } as const;
/** Where in the repository it stands. */
export const folderInGit = 'apps/reviews';
const history = [20, 21] as const;

/** The service as its team keeps it in Git, and as Argo CD has brought it out. */
export interface KeptInGit {
  /** The tag that the cluster runs; null before the first. */
  running(): Promise<string | null>;
  /** Makes the commit of a release, without putting it on the branch. */
  commit(tag: string): Promise<string>;
  /** Puts it there, and tells Argo CD as the webhook of a Git host does. */
  push(commit: string): Promise<void>;
  /** Brings the first two releases out, as far as they are not yet. */
  bringUp(): Promise<void>;
}

export function keptInGit(place: ScenarioPlace, repository: BareRepository): KeptInGit {
  const { cluster, clusterUrl, newestVersion } = place;
  const source = { name, repoURL: repository.url, path: folderInGit, branch };
  const application = createApplication(clusterUrl, source);
  const running = async () =>
    (await cluster.has(workload)) ? tagOf((await cluster.rollout(workload)).image) : null;
  const commit = (tag: string) =>
    repository.commit({ [`${folderInGit}/deployment.json`]: manifestOf(tag) }, `Ship ${name} ${tag}`);
  async function push(made: string): Promise<void> {
    await repository.push(made);
    await application.refresh();
  }
  return {
    ...{ running, commit, push },
    async bringUp() {
      const [older, newer] = history.map((version) => `v${version}`) as [string, string];
      if ((await cluster.read('Service', name)) === null)
        await cluster.create(serviceManifest(name, { app: name }));
      if ((await repository.head()) === null) await repository.push(await commit(older));
      await application.create();
      await until(() => cluster.has(workload));
      await untilSettled(cluster, workload);
      // Afterwards it is whoever releases that says what runs.
      if (newestVersion(name) > history[0]) return;
      await push(await commit(newer));
      await until(async () => (await running()) === newer);
      await untilSettled(cluster, workload);
    },
  };
}

function manifestOf(tag: string): string {
  const image = imageOf(name, tag);
  return JSON.stringify(
    workloadManifest({ ...workload, replicas: 2, image, labels: { app: name } }),
    null,
    2,
  );
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Argo CD did not bring ${name} out`);
}
