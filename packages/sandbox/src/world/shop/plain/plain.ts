import { behaviourOf } from '../../../services/index.ts';
import { imageOf, tagOf } from '../images.ts';
import { serviceManifest, workloadManifest } from '../manifests.ts';
import { putUp } from '../put-up.ts';
import { rollOut } from '../roll-out.ts';
import type { OfferedService, Order, Scenario, ScenarioPlace } from '../scenario.ts';
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
    async offered() {
      const found = await Promise.all(plainFleet.map((service) => offer(service, place)));
      return found.flatMap((one) => one ?? []);
    },
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
  const { name, kind, replicas } = service;
  const [first = 1, ...later] = service.history;
  const [labels, image] = [{ app: name }, imageOf(name, `v${first}`)];
  const isNew = await putUp(cluster, [
    serviceManifest(name, labels),
    workloadManifest({ kind, name, replicas, image, labels }),
  ]);
  if (!isNew) return;
  for (const version of later) await rollOut(cluster, service, imageOf(name, `v${version}`));
}

/** Null while somebody has deleted it: the others are there nevertheless. */
async function offer(
  service: PlainService,
  { cluster, newestVersion }: ScenarioPlace,
): Promise<OfferedService | null> {
  const { name } = service;
  if (!(await cluster.has(service))) return null;
  const running = tagOf((await cluster.rollout(service)).image);
  return { name, running, versions: offeredVersions(newestVersion(name) + 1) };
}

function named({ service }: Order): PlainService {
  const found = plainFleet.find(({ name }) => name === service);
  if (!found) throw new Error(`there is no sample service ${service}`);
  return found;
}
