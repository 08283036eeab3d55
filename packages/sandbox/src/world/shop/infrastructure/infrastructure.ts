import { join } from 'node:path';
import { type BareRepository, openBareRepository } from '../../../gitops/bare-repository.ts';
import { findProgram, needsProgram } from '../../../programs/find-program.ts';
import { imageOf, tagOf } from '../images.ts';
import { createPreparation } from '../preparation.ts';
import { createReleaseCommits } from '../release-commits.ts';
import type { OfferedVersion, OpenScenario, Scenario, ScenarioPlace } from '../scenario.ts';
import { bringUp } from '../two-releases.ts';
import { applyStack, readWorkers, statePathOf, sweepStack, terraformProgram } from './shop-stack.ts';
import { fewWorkers, goodWorkers, stackFiles } from './stack-files.ts';
import { startThumbnails } from './thumbnail-program.ts';

const name = 'thumbnails';
const workload = { kind: 'Deployment', name } as const;
const releases = { name, history: [8, 9], replicas: 2 } as const;

/** A service whose infrastructure is part of its releases: the code is fine, what it stands on is not. */
export const infrastructure: Scenario = {
  name: 'infrastructure',
  title: 'A Terraform stack',
  about:
    'The release comes with a commit that takes the workers of the service away. Its old code alone would be as short of them: the configuration before is planned, shown and applied, exactly as shown.',
  services: [{ name, workloads: [workload], dependencies: [], declared: true }],
  programs: { [name]: startThumbnails },
  async lacks() {
    if (findProgram('git') === null) return needsProgram('git');
    return terraformProgram() === null ? needsProgram('terraform (or tofu)') : null;
  },
  async open(place) {
    await sweepStack(pipelineFolder(place.folder));
    return openThumbnails(place, await openBareRepository(join(place.folder, 'stack.git')));
  },
};

const pipelineFolder = (folder: string) => join(folder, 'pipeline');

function openThumbnails(place: ScenarioPlace, repository: BareRepository): OpenScenario {
  const { folder, cluster, clock, newestVersion, onError } = place;
  const closing = new AbortController();
  const stack = {
    ...{ statePath: statePathOf(folder), folder: pipelineFolder(folder), signal: closing.signal },
  };

  async function commit(workers: number, message: string): Promise<string> {
    return repository.commit(stackFiles(workers), message);
  }

  /** The commit whose configuration is in place: of one that was taken back, the branch still has the commit. */
  async function inPlace(): Promise<string> {
    const [head, workers] = [await repository.head(), await readWorkers(stack.statePath)];
    const expected = stackFiles(workers ?? goodWorkers)['main.tf'];
    if (head !== null && (await repository.read(head, 'main.tf')) === expected) return head;
    const put = await commit(workers ?? goodWorkers, `Have ${workers ?? goodWorkers} workers, as there are`);
    await repository.push(put);
    return put;
  }

  const preparation = createPreparation({
    async work() {
      if ((await readWorkers(stack.statePath)) === null) await applyStack(repository, await inPlace(), stack);
      await bringUp(releases, place);
    },
    ...{ clock, onError },
  });
  const commits = createReleaseCommits({
    ...{ repository, base: inPlace, push: repository.push },
    commit: (tag) => commit(fewWorkers, `Save workers with ${name} ${tag}`),
  });
  return {
    populate: async () => preparation.beginLater(),
    waitsFor: preparation.waitsFor,
    lacks: preparation.lacks,
    async offered() {
      if ((preparation.lacks() ?? preparation.waitsFor()) !== null) return [];
      const running = tagOf((await cluster.rollout(workload)).image);
      return [{ name, running, versions: [starving(newestVersion(name) + 1)] }];
    },
    async prepare({ service, tag }) {
      const { before, after } = await commits.prepare(tag);
      const target = { stack: stackName };
      return [
        {
          ...{ service, version: tag, images: { app: imageOf(service, tag) } },
          changes: [{ kind: 'infrastructure', target, before, after }],
        },
      ];
    },
    async bringOut({ service, tag }, job) {
      const after = await commits.ship(tag);
      const image = imageOf(service, tag);
      // Terraform may take longer than who ordered waits.
      job.goOn(async () => {
        await applyStack(repository, after, stack);
        await cluster.setImage(workload, image);
        await job.report(service, await job.rolledOut(workload, image));
      });
    },
    addresses: {
      ...{ repository: repository.dir, state: stack.statePath, work: join(folder, 'lastgood') },
      program: terraformProgram() ?? 'terraform',
    },
    async close() {
      preparation.close();
      closing.abort();
    },
  };
}

/** As the configuration of Lastgood names it. */
const stackName = 'shop-thumbnails';

function starving(version: number): OfferedVersion {
  return {
    tag: `v${version}`,
    behaviour: 'stack',
    description: `Its commit leaves the stack ${fewWorkers} worker of ${goodWorkers}: most requests are turned away.`,
    healthy: false,
  };
}
