import { imageOf, tagOf } from '../images.ts';
import { type Manifest, serviceManifest, workloadManifest } from '../manifests.ts';
import { putUp } from '../put-up.ts';
import type { Order, Scenario, ScenarioPlace } from '../scenario.ts';
import { offeredVersion } from '../versions.ts';
import type { WorkloadName } from '../workload.ts';

const name = 'storefront';
/** The key of the selector that chooses a slot, and a label of the pods behind it. */
const key = 'slot';
type Slot = 'blue' | 'green';
/** What each slot runs at first; blue gets the traffic. */
const slots: Readonly<Record<Slot, number>> = { blue: 31, green: 30 };
const slotNames = Object.keys(slots) as Slot[];

/** Two copies of a service: a release goes into the one without traffic, and the Service is switched to it. */
export const blueGreen: Scenario = {
  name: 'blue-green',
  title: 'Blue and green',
  about:
    'The release goes into the idle slot, then the Service is switched to it. Switching back takes it back at once; the pods of the release before run all the time.',
  services: [{ name, workloads: slotNames.map(workloadOf), dependencies: [], declared: true }],
  open: async (place) => ({
    populate: async () => void (await putUp(place.cluster, manifests())),
    async offered() {
      const { image } = await place.cluster.rollout(workloadOf(await liveSlot(place)));
      const next = place.newestVersion(name) + 1;
      const failing =
        'A third of all requests fails as soon as the Service is switched; the slot before still runs the old version.';
      const versions = [offeredVersion(next, 'healthy'), offeredVersion(next, 'errors', failing)];
      return [{ name, running: tagOf(image), versions }];
    },
    async prepare({ tag }) {
      const before = await liveSlot(place);
      const after = otherThan(before);
      const images = { [`Deployment/${workloadOf(after).name}/app`]: imageOf(name, tag) };
      const target = { kind: 'Service', name, key };
      return [{ service: name, version: tag, images, changes: [{ kind: 'traffic', target, before, after }] }];
    },
    async bringOut({ tag }: Order, job) {
      const [slot, image] = [otherThan(await liveSlot(place)), imageOf(name, tag)];
      await place.cluster.setImage(workloadOf(slot), image);
      job.goOn(async () => {
        const ended = await job.rolledOut(workloadOf(slot), image);
        if (ended === 'complete')
          await place.cluster.merge('Service', name, { spec: { selector: selecting(slot) } });
        await job.report(name, ended);
      });
    },
  }),
};

function manifests(): Manifest[] {
  const copies = slotNames.map((slot) => {
    const image = imageOf(name, `v${slots[slot]}`);
    return workloadManifest({ ...workloadOf(slot), image, replicas: 1, labels: selecting(slot) });
  });
  return [serviceManifest(name, selecting('blue')), ...copies];
}

async function liveSlot({ cluster }: Pick<ScenarioPlace, 'cluster'>): Promise<Slot> {
  const service = await cluster.read<{ spec: { selector?: Record<string, string> } }>('Service', name);
  return service?.spec.selector?.[key] === 'green' ? 'green' : 'blue';
}

function otherThan(slot: Slot): Slot {
  return slot === 'blue' ? 'green' : 'blue';
}

function selecting(slot: Slot): Record<string, string> {
  return { app: name, [key]: slot };
}

function workloadOf(slot: Slot): WorkloadName {
  return { kind: 'Deployment', name: `${name}-${slot}` };
}
