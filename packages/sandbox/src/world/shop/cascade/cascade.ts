import type { Job } from '../../pipeline.ts';
import { imageOf, tagOf } from '../images.ts';
import type { Scenario, ScenarioPlace } from '../scenario.ts';
import type { WorkloadName } from '../workload.ts';
import { catalogProgram, priceReader, thirdForm } from './catalog-program.ts';

interface Member {
  workload: WorkloadName;
  provides?: Record<string, string>;
  needs?: Record<string, string>;
}

const contract = 'catalog-api';
const needs = { [contract]: '>=3' };
/** Whom it breaks by, and whom it breaks. */
const members: readonly Member[] = [
  { workload: { kind: 'Deployment', name: 'catalog' }, provides: { [contract]: '3' } },
  { workload: { kind: 'Deployment', name: 'checkout' }, needs },
  { workload: { kind: 'DaemonSet', name: 'edge' }, needs },
];

/** One change of a contract over three services of the shop, which none of them can go back from alone. */
export const cascade: Scenario = {
  name: 'cascade',
  title: 'Three at once',
  about:
    'The catalog answers in a new form, and checkout and edge come out with it. Only all three together can go back: the versions before need the form before.',
  services: [],
  programs: { catalog: catalogProgram, checkout: priceReader, edge: priceReader },
  open: async (place) => ({
    populate: async () => undefined,
    async offered() {
      const { image } = await place.cluster.rollout({ kind: 'Deployment', name: 'catalog' });
      const description =
        'The catalog leaves prices out and looks healthy; checkout and edge fail for two of five requests.';
      const tag = tagFor('catalog', place);
      const versions = [{ tag, behaviour: 'broken contract', description, healthy: false }];
      return [{ name: 'catalog', running: tagOf(image), versions }];
    },
    async prepare() {
      return members.map(({ workload: { name }, ...contracts }) => {
        const tag = tagFor(name, place);
        return { service: name, version: tag, images: { app: imageOf(name, tag) }, ...contracts };
      });
    },
    async bringOut(_order, job) {
      const images = members.map(({ workload: { name } }) => imageOf(name, tagFor(name, place)));
      await Promise.all(members.map((member, at) => bringOut(member, images[at] ?? '', { place, job })));
    },
  }),
};

async function bringOut(
  { workload }: Member,
  image: string,
  { place, job }: { place: ScenarioPlace; job: Job },
): Promise<void> {
  await place.cluster.setImage(workload, image);
  job.goOn(async () => job.report(workload.name, await job.rolledOut(workload, image)));
}

function tagFor(name: string, { newestVersion }: Pick<ScenarioPlace, 'newestVersion'>): string {
  return `v${newestVersion(name) + 1}${thirdForm}`;
}
