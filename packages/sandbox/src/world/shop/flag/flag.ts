import { join } from 'node:path';
import { imageOf, tagOf } from '../images.ts';
import { type Manifest, serviceManifest, workloadManifest } from '../manifests.ts';
import { putUp } from '../put-up.ts';
import type { Scenario } from '../scenario.ts';
import { offeredVersion } from '../versions.ts';
import type { WorkloadName } from '../workload.ts';
import { answerFlags } from './flag-service.ts';
import { FlagStore } from './flag-store.ts';
import { environment, flagName, rankingProgram } from './ranking-program.ts';

const name = 'ranking';
const workload: WorkloadName = { kind: 'Deployment', name };
const version = 5;
const key = `${environment}/${flagName}`;
const turnsOn = ` with ${flagName}`;

/** A service with new code behind a flag, which its release turns on. */
export const flag: Scenario = {
  name: 'flag',
  title: 'A flag',
  about:
    'The release turns a flag on. Turning it off takes it back; the version before has the same code, so its template alone would not.',
  services: [{ name, workloads: [workload], dependencies: [], declared: true }],
  programs: { [name]: rankingProgram },
  async open(place) {
    const store = await FlagStore.open(join(place.folder, 'flags.json'), { [key]: { on: false } });
    return {
      populate: async () => void (await putUp(place.cluster, manifests())),
      async offered() {
        const tag = tagOf((await place.cluster.rollout(workload)).image);
        const running = store.get(key)?.document.on ? `${tag}${turnsOn}` : tag;
        const plain = offeredVersion(place.newestVersion(name) + 1, 'healthy');
        const description = `Turns ${flagName} on: two of five requests then fail.`;
        const turning = { tag: `${plain.tag}${turnsOn}`, behaviour: 'flag on', description, healthy: false };
        return [{ name, running, versions: [plain, turning] }];
      },
      async prepare({ tag }) {
        const changes = tag.endsWith(turnsOn)
          ? [{ kind: 'flag' as const, target: { flag: flagName }, after: true }]
          : [];
        return [{ service: name, version: tag, images: { app: imageOfTag(tag) }, changes }];
      },
      async bringOut({ tag }, job) {
        const image = imageOfTag(tag);
        await place.cluster.setImage(workload, image);
        job.goOn(async () => {
          const ended = await job.rolledOut(workload, image);
          if (ended === 'complete' && tag.endsWith(turnsOn)) await turnOn(store, tag);
          await job.report(name, ended);
        });
      },
      answer: (path, incoming, outgoing) => answerFlags(store, path, incoming, outgoing),
      addresses: { url: place.url },
    };
  },
};

async function turnOn(store: FlagStore, tag: string): Promise<void> {
  const found = store.get(key);
  if (found) await store.put(key, { ...found.document, on: true }, found.etag, `pipeline ${tag}`);
}

function manifests(): Manifest[] {
  const labels = { app: name };
  const image = imageOf(name, `v${version}`);
  return [serviceManifest(name, labels), workloadManifest({ ...workload, image, replicas: 2, labels })];
}

function imageOfTag(tag: string): string {
  return imageOf(name, tag.replace(turnsOn, ''));
}
