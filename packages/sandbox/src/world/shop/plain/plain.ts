import { behaviourOf } from '../../../services/index.ts';
import { imageOf, tagOf } from '../images.ts';
import { serviceManifest, workloadManifest } from '../manifests.ts';
import { rollOut } from '../roll-out.ts';
import type { Order, Scenario, ScenarioPlace } from '../scenario.ts';
import { offeredVersions } from '../versions.ts';
import { type PlainService, plainFleet } from './fleet.ts';

/** Services that are replaced pod by pod: the release is the template, and setting the one before takes it back. */
export const plain: Scenario = {
  name: 'plain',
  title: 'A new version',
  about: 'The workload gets the template of the release before, pod by pod.',
  services: plainFleet,
  open: async (place) => ({
    populate: async () => void (await Promise.all(plainFleet.map((service) => populate(service, place)))),
    offered: () =>
      Promise.all(
        plainFleet.map(async (service) => ({
          name: service.name,
          running: tagOf((await place.cluster.rollout(service)).image),
          versions: offeredVersions(place.newestVersion(service.name) + 1),
        })),
      ),
    takes: ({ service, tag }) =>
      plainFleet.some(({ name }) => name === service) && behaviourOf(imageOf(service, tag)) !== undefined,
    async prepare(order) {
      const { service, tag } = order;
      const { provides = {}, needs = {} } = named(order);
      return [{ service, version: tag, images: { app: imageOf(service, tag) }, provides, needs }];
    },
    async bringOut(order, job) {
      const [service, image] = [named(order), imageOf(order.service, order.tag)];
      await place.cluster.setImage(service, image);
      job.goOn(async () => job.report(order.service, await job.rolledOut(service, image)));
    },
  }),
};

/** In its older versions first, so that the cluster has a history to look at. */
async function populate(service: PlainService, { cluster }: ScenarioPlace): Promise<void> {
  if (await cluster.has(service)) return;
  const { name, kind, replicas } = service;
  const [first = 1, ...later] = service.history;
  await cluster.create(serviceManifest(name, { app: name }));
  const image = imageOf(name, `v${first}`);
  await cluster.create(workloadManifest({ kind, name, replicas, image, labels: { app: name } }));
  for (const version of later) await rollOut(cluster, service, imageOf(name, `v${version}`));
}

function named({ service }: Order): PlainService {
  const found = plainFleet.find(({ name }) => name === service);
  if (!found) throw new Error(`there is no sample service ${service}`);
  return found;
}
