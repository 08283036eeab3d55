import { join } from 'node:path';
import { createArgoCd } from '../../../gitops/argo-cd.ts';
import { type BareRepository, branch, openBareRepository } from '../../../gitops/bare-repository.ts';
import { createGitSource } from '../../../gitops/git-source.ts';
import { findProgram, needsProgram } from '../../../programs/find-program.ts';
import { imageOf } from '../images.ts';
import { createPreparation } from '../preparation.ts';
import { createReleaseCommits } from '../release-commits.ts';
import type { OfferedVersion, OpenScenario, Scenario, ScenarioPlace } from '../scenario.ts';
import { keepReconciling } from './keep-reconciling.ts';
import { folderInGit, keptInGit, name, workload } from './kept-in-git.ts';

/** A service that somebody else brings out: what is changed in the cluster alone is put back within seconds. */
export const gitops: Scenario = {
  name: 'gitops',
  title: 'Owned by Git',
  about:
    'Argo CD brings out whatever the repository says, and puts back what anybody changes in the cluster. Only a revert of the commit takes the release back: Lastgood pushes it and waits until it serves.',
  services: [{ name, workloads: [workload], dependencies: ['catalog'], declared: true }],
  lacks: async () => (findProgram('git') === null ? needsProgram('git') : null),
  open: async (place) => openReviews(place, await openBareRepository(join(place.folder, 'repository.git'))),
};

function openReviews(place: ScenarioPlace, repository: BareRepository): OpenScenario {
  const { clock, newestVersion, onError } = place;
  const kept = keptInGit(place, repository);
  const argo = argoOver(place, repository);
  const preparation = createPreparation({ work: kept.bringUp, clock, onError });
  const { commit, push } = kept;
  const releases = createReleaseCommits({ repository, base: repository.head, commit, push });
  return {
    populate: async () => preparation.beginLater(),
    waitsFor: preparation.waitsFor,
    lacks: preparation.lacks,
    async offered() {
      if ((preparation.lacks() ?? preparation.waitsFor()) !== null) return [];
      return [{ name, running: await kept.running(), versions: [failing(newestVersion(name) + 1)] }];
    },
    async prepare({ service, tag }) {
      const { before, after } = await releases.prepare(tag);
      const target = { repository: repositoryName, branch, path: folderInGit };
      return [
        {
          ...{ service, version: tag, commit: after, images: { app: imageOf(service, tag) } },
          changes: [{ kind: 'gitops', target, before, after }],
        },
      ];
    },
    async bringOut({ service, tag }, job) {
      await releases.ship(tag);
      job.goOn(async () => {
        for (let left = 60; left > 0 && (await kept.running()) !== tag; left -= 1)
          if (!(await job.pause(1_000))) return;
        if ((await kept.running()) !== tag) return job.report(service, 'late');
        await job.report(service, await job.rolledOut(workload, imageOf(service, tag)));
      });
    },
    addresses: { repository: repository.url },
    async close() {
      preparation.close();
      await argo.stop();
    },
  };
}

/** As the configuration of Lastgood names it. */
const repositoryName = 'shop-reviews';

function argoOver({ clusterUrl, clock, onError }: ScenarioPlace, { url, dir }: BareRepository) {
  const source = createGitSource(dir);
  const argo = createArgoCd({ url: clusterUrl, now: clock.now, sources: { [url]: source } });
  const { stop } = keepReconciling(argo, clock, onError);
  return {
    async stop() {
      const stopped = stop();
      source.close();
      await stopped;
    },
  };
}

function failing(version: number): OfferedVersion {
  return {
    tag: `v${version}-errors`,
    behaviour: 'commit',
    description: 'A commit brings a version of which a third of all requests end in a server error.',
    healthy: false,
  };
}
