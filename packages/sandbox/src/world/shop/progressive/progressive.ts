import type { Job } from '../../pipeline.ts';
import { routeManifest, rulesFor, type Weights, weightsOf } from '../canary/route.ts';
import { imageOf, tagOf } from '../images.ts';
import { type Manifest, serviceManifest, workloadManifest } from '../manifests.ts';
import { putUp } from '../put-up.ts';
import type { Order, Scenario, ScenarioPlace } from '../scenario.ts';
import { offeredVersion } from '../versions.ts';
import type { WorkloadName } from '../workload.ts';
import { coldIndex } from './cold-program.ts';

const name = 'suggestions';
type Slot = 'blue' | 'green';
/** What each slot runs at first; blue gets the traffic. */
const slots: Readonly<Record<Slot, number>> = { blue: 51, green: 50 };
const slotNames = Object.keys(slots) as Slot[];
/** What the new slot gets on its way out, in percent, and for how long each: a process that is cold takes no more. */
const shares = [25, 50, 75, 100];
const shareMs = 6_000;

/** Two copies behind weights, whose processes are cold when they have had no requests for a while. */
export const progressive: Scenario = {
  name: 'progressive',
  title: 'Back in stages',
  about:
    'Its processes fail under all requests at once until some have warmed them up. The weights of an HTTPRoute take the traffic back to the slot before in stages, each when the one before went well.',
  services: [{ name, workloads: slotNames.map(workloadOf), dependencies: [], declared: true }],
  programs: { [name]: coldIndex },
  open: async (place) => ({
    populate: async () => void (await putUp(place.cluster, manifests())),
    async offered() {
      const { image } = await place.cluster.rollout(workloadOf(await liveSlot(place)));
      const next = place.newestVersion(name) + 1;
      const failing =
        'A third of all requests fails. The slot before is cold by then: it gets its traffic back in stages.';
      const versions = [offeredVersion(next, 'healthy'), offeredVersion(next, 'errors', failing)];
      return [{ name, running: tagOf(image), versions }];
    },
    async prepare({ tag }) {
      const slot = otherThan(await liveSlot(place));
      const images = { [`Deployment/${workloadOf(slot).name}/app`]: imageOf(name, tag) };
      const [target, before] = [{ kind: 'HTTPRoute', name }, await readWeights(place)];
      const changes = [{ kind: 'traffic' as const, target, before, after: split(slot, 100) }];
      return [{ service: name, version: tag, images, changes }];
    },
    async bringOut({ tag }: Order, job) {
      const [slot, image] = [otherThan(await liveSlot(place)), imageOf(name, tag)];
      await place.cluster.setImage(workloadOf(slot), image);
      job.goOn(() => carry(slot, image, place, job));
    },
  }),
};

async function carry(slot: Slot, image: string, place: ScenarioPlace, job: Job): Promise<void> {
  const ended = await job.rolledOut(workloadOf(slot), image);
  let last = await readWeights(place);
  for (const share of ended === 'complete' ? shares : []) {
    // Somebody leads the traffic elsewhere.
    if (!isSame(await readWeights(place), last)) return;
    last = split(slot, share);
    await setWeights(place, last);
    if (share < 100 && !(await job.pause(shareMs))) return;
  }
  await job.report(name, ended);
}

function manifests(): Manifest[] {
  const copies = slotNames.flatMap((slot) => {
    const [labels, image] = [{ app: name, slot }, imageOf(name, `v${slots[slot]}`)];
    return [
      serviceManifest(workloadOf(slot).name, labels),
      workloadManifest({ ...workloadOf(slot), image, replicas: 1, labels }),
    ];
  });
  return [...copies, routeManifest(name, split('blue', 100))];
}

async function readWeights({ cluster }: ScenarioPlace): Promise<Weights> {
  return weightsOf(await cluster.read('HTTPRoute', name));
}

async function setWeights({ cluster }: ScenarioPlace, weights: Weights): Promise<void> {
  await cluster.merge('HTTPRoute', name, { spec: { rules: rulesFor(weights) } });
}

async function liveSlot(place: ScenarioPlace): Promise<Slot> {
  const weights = await readWeights(place);
  const weightOf = (slot: Slot) => weights[workloadOf(slot).name] ?? 0;
  return weightOf('green') > weightOf('blue') ? 'green' : 'blue';
}

function isSame(one: Weights, other: Weights): boolean {
  return Object.entries(other).every(([to, weight]) => one[to] === weight);
}

function split(slot: Slot, share: number): Weights {
  return { [workloadOf(slot).name]: share, [workloadOf(otherThan(slot)).name]: 100 - share };
}

function otherThan(slot: Slot): Slot {
  return slot === 'blue' ? 'green' : 'blue';
}

function workloadOf(slot: Slot): WorkloadName {
  return { kind: 'Deployment', name: `${name}-${slot}` };
}
