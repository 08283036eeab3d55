import { join } from 'node:path';
import { createStore, migrate, type Store } from '@lastgood/store';
import { aBaseline, aDeployment, aRun, aService } from '@lastgood/testkit/scenario/builders';
import pg from 'pg';
import type { Executor } from '../executor.ts';
import { createWorkerProcesses } from '../worker-process.ts';

/** Services that take turns: each has one active run at most. */
const services = 200;

/** Our own engine: the store and the run loops of the server. */
export async function openLastgood(databaseUrl: string, recorderUrl: string): Promise<Executor> {
  await migrate(databaseUrl);
  const store = createStore({ databaseUrl, notifiers: [{ name: 'hook', hears: 'people' }] });
  for (let index = 0; index < services; index++) await release(store, index);
  const observer = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  observer.on('error', () => undefined); // the server is killed on purpose; the query in hand is rejected as well
  const workers = createWorkerProcesses(join(import.meta.dirname, 'worker.ts'));
  let queued = 0;
  let started = 0;
  return {
    name: 'Lastgood',
    startWorker: () => workers.start({ databaseUrl, recorderUrl, name: `lastgood-${++started}` }),
    async queue({ id, steps }) {
      const index = queued++ % services;
      const now = Date.now();
      const result = await store.commands.queueRun(
        aRun({
          id,
          service: serviceOf(index).key,
          deploymentId: `bad-${index}`,
          targetDeploymentId: `good-${index}`,
          evidence: { steps },
          createdAt: now,
          startsAt: now,
        }),
      );
      if (result.kind === 'active') throw new Error(`${id} was not queued: ${result.run.id} is active`);
    },
    async open(planIds) {
      const found = await observer.query<{ id: string; state: string }>(
        "select id, status as state from runs where id = any($1) and status <> 'done'",
        [planIds],
      );
      return found.rows;
    },
    faults: workers.faults,
    tellOfDeath: null,
    async close() {
      await workers.stop();
      await Promise.all([store.close(), observer.end()]);
    },
  };
}

function serviceOf(index: number) {
  return aService({ name: `svc-${index}` });
}

async function release(store: Store, index: number): Promise<void> {
  const service = serviceOf(index);
  await store.services.apply(service, 'bench', Date.now());
  const [good, bad] = [`good-${index}`, `bad-${index}`];
  const changes = { service: service.key, changes: [] };
  await store.deployments.commit({ newDeployments: [aBaseline({ ...changes, id: good })] });
  const second = aDeployment({ ...changes, id: bad, previousDeploymentId: good, status: 'completed' });
  await store.deployments.commit({ newDeployments: [second] });
}
