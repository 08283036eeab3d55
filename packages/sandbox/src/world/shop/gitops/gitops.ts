import { join } from 'node:path';
import { createArgoCd } from '../../../gitops/argo-cd.ts';
import { type BareRepository, branch, openBareRepository } from '../../../gitops/bare-repository.ts';
import { createGitSource } from '../../../gitops/git-source.ts';
import { findProgram } from '../../../programs/find-program.ts';
import { imageOf, tagOf } from '../images.ts';
import { serviceManifest, workloadManifest } from '../manifests.ts';
import { createPreparation } from '../preparation.ts';
import { untilSettled } from '../roll-out.ts';
import type { OfferedVersion, OpenScenario, Scenario, ScenarioPlace } from '../scenario.ts';
import { createApplication } from './application.ts';
import { keepReconciling } from './keep-reconciling.ts';

const name = 'reviews';
const workload = { kind: 'Deployment', name } as const;
const history = [20, 21] as const;
const folderInGit = 'apps/reviews';

/** A service that somebody else brings out: what is changed in the cluster alone is put back within seconds. */
export const gitops: Scenario = {
  name: 'gitops',
  title: 'Owned by Git',
  about:
    'Argo CD brings out whatever the repository says, and puts back what anybody changes in the cluster. Only a revert of the commit takes the release back: Lastgood pushes it and waits until it serves.',
  services: [{ name, workloads: [workload], dependencies: ['catalog'], declared: true }],
  lacks: async () => (findProgram('git') === null ? 'needs git' : null),
  open: async (place) => openReviews(place, await openBareRepository(join(place.folder, 'repository.git'))),
};

function openReviews(place: ScenarioPlace, repository: BareRepository): OpenScenario {
  const { cluster, clusterUrl, clock, newestVersion, onError } = place;
  const application = createApplication(clusterUrl, {
    name,
    repoURL: repository.url,
    path: folderInGit,
    branch,
  });
  const argo = createArgoCd({
    ...{ url: clusterUrl, now: clock.now },
    sources: { [repository.url]: createGitSource(repository.dir) },
  });
  const reconciling = keepReconciling(argo, clock, onError);
  /** Made and not on the branch yet, by their tags. */
  const prepared = new Map<string, string>();
  const commitOf = (tag: string) =>
    repository.commit({ [`${folderInGit}/deployment.json`]: manifestOf(tag) }, `Ship ${name} ${tag}`);

  async function ship(tag: string): Promise<void> {
    await repository.push(await commitOf(tag));
    await application.refresh();
    await until(async () => (await runningTag()) === tag);
    await untilSettled(cluster, workload);
  }
  const runningTag = async () =>
    (await cluster.has(workload)) ? tagOf((await cluster.rollout(workload)).image) : null;

  const preparation = createPreparation({
    async work() {
      if ((await cluster.read('Service', name)) === null)
        await cluster.create(serviceManifest(name, { app: name }));
      if ((await repository.head()) === null) await repository.push(await commitOf(`v${history[0]}`));
      await application.create();
      await until(() => cluster.has(workload));
      await untilSettled(cluster, workload);
      if (newestVersion(name) <= history[0]) await ship(`v${history[1]}`);
    },
    ...{ clock, onError },
  });
  return {
    populate: async () => preparation.beginLater(),
    waitsFor: preparation.waitsFor,
    async offered() {
      if (preparation.waitsFor() !== null) return [];
      return [{ name, running: await runningTag(), versions: [failing(newestVersion(name) + 1)] }];
    },
    async prepare({ service, tag }) {
      const before = await repository.head();
      const after = await commitOf(tag);
      prepared.set(tag, after);
      const target = { repository: repositoryName, branch, path: folderInGit };
      return [
        {
          ...{ service, version: tag, commit: after, images: { app: imageOf(service, tag) } },
          changes: [{ kind: 'gitops', target, before, after }],
        },
      ];
    },
    async bringOut({ service, tag }, job) {
      const commit = prepared.get(tag);
      if (commit === undefined) throw new Error(`no commit of ${tag} was prepared`);
      await repository.push(commit);
      prepared.delete(tag);
      // As the webhook of a Git host does.
      await application.refresh();
      const image = imageOf(service, tag);
      job.goOn(async () => {
        for (let left = 60; left > 0 && (await runningTag()) !== tag; left -= 1)
          if (!(await job.pause(1_000))) return;
        await job.report(service, await job.rolledOut(workload, image));
      });
    },
    addresses: { repository: repository.url },
    async close() {
      preparation.close();
      await reconciling.stop();
    },
  };
}

/** As the configuration of Lastgood names it. */
const repositoryName = 'shop-reviews';

function manifestOf(tag: string): string {
  const labels = { app: name };
  return JSON.stringify(
    workloadManifest({ ...workload, replicas: 2, image: imageOf(name, tag), labels }),
    null,
    2,
  );
}

function failing(version: number): OfferedVersion {
  return {
    tag: `v${version}-errors`,
    behaviour: 'commit',
    description: 'A commit brings a version of which a third of all requests end in a server error.',
    healthy: false,
  };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the reviews did not come up');
}
