import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastgood } from './own-lastgood.ts';
import { newestInGit, orderSchema, placeOrders, stackOutputs } from './placed-orders.ts';

/*
 * What the sandbox's shop shows, and how its world tells by itself that it is healed: never in Lastgood's words. To show another
 * way, add a line: first what is there at once, then what takes a while to be prepared.
 */

export interface ShownWay {
  /** As the sandbox names what it shows. */
  shows: string;
  service: string;
  /** The failing one of the versions that are offered. */
  tag: RegExp;
  /** What only this way sets back, as it stands in the world now. */
  state(): Promise<unknown>;
  /** Services whose requests are answered again, and in what share it fails before. */
  answering: readonly string[];
  /** Something that goes on from before the press; what it answers ends it and says what became of it. */
  during?(): Promise<() => Promise<void>>;
}

export const shownWays: readonly ShownWay[] = [
  {
    ...{ shows: 'progressive', service: 'suggestions', tag: /-errors$/, answering: ['suggestions'] },
    state: () => weightsOf('suggestions'),
  },
  {
    ...{ shows: 'canary', service: 'pricing', tag: /-errors$/, answering: ['pricing'] },
    state: () => weightsOf('pricing'),
  },
  {
    ...{ shows: 'flag', service: 'ranking', tag: /new-ranking$/, answering: ['ranking'] },
    async state() {
      const { controlUrl } = await world();
      return (await fetch(`${controlUrl}/shows/flag/sandbox/new-ranking`)).json();
    },
  },
  {
    ...{ shows: 'migration', service: 'orders', tag: /-renaming$/, answering: ['orders'] },
    state: () => orderSchema(lastgood.dataDir),
    during: async () => placeOrders(lastgood.dataDir, (await world()).controlUrl),
  },
  {
    ...{ shows: 'gitops', service: 'reviews', tag: /-errors$/, answering: ['reviews'] },
    async state() {
      const repository = join(lastgood.dataDir, 'sandbox/gitops/repository.git');
      const { text } = await newestInGit(repository, 'apps/reviews/deployment.json');
      return { inGit: text, live: await images('deployments/reviews') };
    },
  },
  {
    ...{ shows: 'infrastructure', service: 'thumbnails', tag: /^v\d+$/, answering: ['thumbnails'] },
    state: () => stackOutputs(join(lastgood.dataDir, 'sandbox/infrastructure/terraform.tfstate')),
  },
  {
    ...{ shows: 'blue-green', service: 'storefront', tag: /-errors$/, answering: ['storefront'] },
    state: async () => (await object<{ selector: object }>('/api/v1', 'services/storefront')).spec.selector,
  },
];

/** How an HTTPRoute splits its requests, whatever order its backends are written in. */
async function weightsOf(route: string): Promise<[string, number][][]> {
  const { spec } = await object<{ rules: { backendRefs: { name: string; weight: number }[] }[] }>(
    '/apis/gateway.networking.k8s.io/v1',
    `httproutes/${route}`,
  );
  return spec.rules.map(({ backendRefs }) =>
    backendRefs.map(({ name, weight }): [string, number] => [name, weight]).toSorted(),
  );
}

/** Images that workloads of the shop are asked to run. */
export async function images(...workloads: readonly `${string}/${string}`[]): Promise<string[]> {
  return Promise.all(
    workloads.map(async (path) => {
      const { spec } = await object<{ template: { spec: { containers: { image: string }[] } } }>(
        '/apis/apps/v1',
        path,
      );
      // The registry's digest for it is Lastgood's pin of the same image.
      return spec.template.spec.containers[0]?.image.replace(/@.*/, '') ?? '';
    }),
  );
}

/** The share of failed answers, by the load balancer's word, of so many requests one after the other. */
export async function failingShare(service: string, requests = 40): Promise<number> {
  const { controlUrl } = await world();
  let failed = 0;
  for (let sent = 0; sent < requests; sent += 1) {
    const answer = await fetch(`${controlUrl}/services/${service}/items`);
    await answer.text();
    if (answer.status >= 500) failed += 1;
  }
  return failed / requests;
}

async function object<T>(group: string, path: string): Promise<{ spec: T }> {
  const { clusterUrl } = await world();
  const [kind, name] = path.split('/');
  const answer = await fetch(`${clusterUrl}${group}/namespaces/shop/${kind}/${name}`);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return (await answer.json()) as { spec: T };
}

async function world(): Promise<{ controlUrl: string; clusterUrl: string }> {
  return JSON.parse(await readFile(join(lastgood.dataDir, 'sandbox/world.json'), 'utf8'));
}
