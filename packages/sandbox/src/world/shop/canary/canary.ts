import type { Job } from '../../pipeline.ts';
import { imageOf, tagOf } from '../images.ts';
import { type Manifest, serviceManifest, workloadManifest } from '../manifests.ts';
import { putUp } from '../put-up.ts';
import type { Order, Scenario, ScenarioPlace } from '../scenario.ts';
import { offeredVersion } from '../versions.ts';
import type { WorkloadName } from '../workload.ts';
import { routeManifest, rulesFor, type Weights, weightsOf } from './route.ts';

const name = 'pricing';
const stable = workloadOf('stable');
const canaryWorkload = workloadOf('canary');
const sides = [
  { workload: stable, replicas: 2, track: 'stable' },
  { workload: canaryWorkload, replicas: 1, track: 'canary' },
];
const version = 21;

const allToStable = split(100);
const share = split(70);
const lookEveryMs = 1_000;
/** How long the canary keeps its share before it is promoted, when nobody takes it away. */
const looks = 90;

/** A release gets a share of the traffic beside the stable version, and all of it when it did well. */
export const canary: Scenario = {
  name: 'canary',
  title: 'A canary',
  about:
    'The release gets 30 of 100 requests beside the stable version, by the weights of an HTTPRoute. Its weight back to 0 takes it back.',
  services: [{ name, workloads: sides.map(({ workload }) => workload), dependencies: [], declared: true }],
  open: async (place) => ({
    populate: async () => void (await putUp(place.cluster, manifests())),
    async offered() {
      const { image } = await place.cluster.rollout(stable);
      const next = place.newestVersion(name) + 1;
      const failing = 'Of the 30 % of requests that the canary gets, a third fails.';
      const versions = [
        offeredVersion(next, 'healthy', 'Does well as a canary, and is promoted after a minute and a half.'),
        offeredVersion(next, 'errors', failing),
      ];
      return [{ name, running: tagOf(image), versions }];
    },
    async prepare({ tag }) {
      const images = { [`Deployment/${canaryWorkload.name}/app`]: imageOf(name, tag) };
      const [target, before] = [{ kind: 'HTTPRoute', name }, await readWeights(place)];
      const changes = [{ kind: 'traffic' as const, target, before, after: share }];
      return [{ service: name, version: tag, images, changes }];
    },
    async bringOut({ tag }: Order, job) {
      const image = imageOf(name, tag);
      await place.cluster.setImage(canaryWorkload, image);
      job.goOn(() => carry(image, place, job));
    },
  }),
};

async function carry(image: string, place: ScenarioPlace, job: Job): Promise<void> {
  const { cluster } = place;
  const started = await job.rolledOut(canaryWorkload, image);
  if (started !== 'complete') return job.report(name, started);
  await setWeights(place, share);
  for (let left = looks; left > 0; left -= 1) {
    if (!(await job.pause(lookEveryMs)) || !isSame(await readWeights(place), share)) return;
  }
  await cluster.setImage(stable, image);
  const promoted = await job.rolledOut(stable, image);
  if (promoted === 'complete' && isSame(await readWeights(place), share))
    await setWeights(place, allToStable);
  await job.report(name, promoted);
}

function manifests(): Manifest[] {
  const image = imageOf(name, `v${version}`);
  const copies = sides.flatMap(({ workload, replicas, track }) => {
    const labels = { app: name, track };
    return [
      serviceManifest(workload.name, labels),
      workloadManifest({ ...workload, image, replicas, labels }),
    ];
  });
  return [...copies, routeManifest(name, allToStable)];
}

async function readWeights({ cluster }: ScenarioPlace): Promise<Weights> {
  return weightsOf(await cluster.read('HTTPRoute', name));
}

async function setWeights({ cluster }: ScenarioPlace, weights: Weights): Promise<void> {
  await cluster.merge('HTTPRoute', name, { spec: { rules: rulesFor(weights) } });
}

function isSame(one: Weights, other: Weights): boolean {
  return Object.entries(other).every(([to, weight]) => one[to] === weight);
}

function split(toStable: number): Weights {
  return { [stable.name]: toStable, [canaryWorkload.name]: 100 - toStable };
}

function workloadOf(track: string): WorkloadName {
  return { kind: 'Deployment', name: `${name}-${track}` };
}
