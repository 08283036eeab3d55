import { setTimeout as sleep } from 'node:timers/promises';
import { defaultTriggerSet } from '@lastgood/domain';
import { createStore } from '@lastgood/store';
import type pg from 'pg';
import type { CountedCluster } from '../cluster-process.ts';
import { serviceName } from '../triggers/fleet.ts';
import { watchedService } from '../watched-service.ts';
import { image, manifest } from '../watched-workload.ts';

const workloads = '/apis/apps/v1/namespaces/shop/deployments';
/** For all releases to be seen, on a machine that is busy with other things, too. */
const patienceSeconds = 400;

/** Declares `count` services with the shipped triggers, whose workloads are in the cluster with a first version. */
export async function declareWorld(
  databaseUrl: string,
  cluster: CountedCluster,
  count: number,
): Promise<void> {
  const store = createStore({ databaseUrl });
  try {
    await store.triggerSets.apply(defaultTriggerSet);
    await inTurns(count, async (n) => {
      await cluster.send('POST', workloads, manifest(serviceName(n)));
      await store.services.apply(watchedService(serviceName(n)), 'bench', Date.now());
    });
  } finally {
    await store.close();
  }
}

/** Brings out a second version of all once the first was seen; the deployments that are watched then. */
export async function releaseWorld(
  database: pg.Client,
  cluster: CountedCluster,
  count: number,
): Promise<string[]> {
  await seen(database, 1, count);
  const body = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image(2) }];
  await inTurns(count, (n) =>
    cluster.send('PATCH', `${workloads}/${serviceName(n)}`, body, 'application/json-patch+json'),
  );
  return seen(database, 2, count);
}

async function seen(database: pg.Client, release: number, count: number): Promise<string[]> {
  for (let tries = 0; tries < patienceSeconds; tries += 1) {
    const found = await database.query('select id from deployments where release = $1 order by id', [
      release,
    ]);
    if (found.rows.length >= count) return found.rows.map(({ id }) => id as string);
    await sleep(1_000);
  }
  throw new Error(`release ${release} of all services was not detected`);
}

async function inTurns(count: number, run: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < count; n = next++) await run(n);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}
