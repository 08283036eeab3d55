import {
  type NewDeployment,
  newDeployment,
  type RollbackTrigger,
  type Run,
  type RunMember,
  type Service,
  type TriggerState,
} from '@lastgood/domain';
import { aMember, aNotifier, aRun, aService, aTrigger, dayZero } from '@lastgood/testkit/scenario/builders';
import pg from 'pg';
import { afterEach } from 'vitest';
import { rowTypes, sqlOf } from './connection/pool.ts';
import { createStore, type Store, type StoreOptions } from './store.ts';

/** Stores over a test's database, closed after each test. */
export function useStores(database: { readonly url: string }) {
  const opened: Store[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });
  return (options: Partial<StoreOptions> = {}): Store => {
    const store = createStore({ databaseUrl: database.url, notifiers: [aNotifier('hook')], ...options });
    opened.push(store);
    return store;
  };
}

/** Looks into the database past the store. */
export async function query<Row>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, types: rowTypes });
  await client.connect();
  try {
    return (await sqlOf(client)<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Opens sessions until the database gives no more; ends them by what it returns. */
export async function holdConnections(url: string): Promise<() => Promise<void>> {
  const held: pg.Client[] = [];
  for (let refused = false; !refused; ) {
    const client = new pg.Client({ connectionString: url, application_name: 'a stranger' });
    client.on('error', () => undefined); // ended by an administrator
    refused = await client.connect().then(
      () => false,
      () => true,
    );
    if (!refused) held.push(client);
  }
  return async () => {
    await Promise.all(held.map((client) => client.end()));
  };
}

/** Ends every run of the database, so that a test claims what it queued itself. */
export async function endAllRuns(url: string): Promise<void> {
  await query(url, "update runs set status = 'done' where status in ('queued', 'running')");
}

let count = 0;
export function newId(prefix: string): string {
  count += 1;
  return `${prefix}-${count}`;
}

export const t0 = dayZero;

export function trigger(name: string, over: Partial<RollbackTrigger> = {}): RollbackTrigger {
  return aTrigger({ name, query: 'up', ...over });
}

/** One of its own name, so that tests over one database do not meet. */
export function service(over: Partial<Service> = {}): Service {
  return aService({ name: newId('svc'), triggers: [trigger('errors')], ...over });
}

export function deployment(of: Service, over: Partial<NewDeployment> = {}): NewDeployment {
  return newDeployment({
    ...{ id: newId('dep'), service: of.key, origin: 'pipeline', strategy: 'rolling' },
    ...{ version: 'v1', startedAt: t0, ...over },
  });
}

export function run(of: Service, from: string, target: string, over: Partial<Run> = {}): Run {
  return aRun({
    ...{ id: newId('run'), service: of.key, deploymentId: from, targetDeploymentId: target },
    ...{ evidence: [], startsAt: 0, ...over },
  });
}

/** What else the trigger machine was given with a reading. */
export function given(name: string) {
  const rules = { intervalMs: 15_000, outageToleranceMs: 300_000 };
  return { definition: { trigger: trigger(name), rules }, samples: null, counts: true, settling: false };
}

export function state(over: Partial<TriggerState> = {}): TriggerState {
  return {
    phase: 'inactive',
    since: t0,
    heldMs: 0,
    lastSlot: t0,
    lastJudgedSlot: t0,
    lastBreachSlot: null,
    reading: { kind: 'value', value: 0.01 },
    troubleSince: null,
    troubleReason: null,
    companion: null,
    slotsAsked: 1,
    slotsHealthy: 1,
    everFired: false,
    ...over,
  };
}

/** A service with a good and a bad deployment. */
export async function twoReleases(store: Store, over: Partial<Service> = {}) {
  const svc = service(over);
  await store.services.apply(svc, 'ada', t0);
  const good = deployment(svc, {
    status: 'completed',
    proof: 'verified',
    completedAt: t0,
    watchClosedAt: t0,
  });
  const bad = deployment(svc, { previousDeploymentId: good.id, version: 'v2', startedAt: t0 + 60_000 });
  await store.deployments.commit({ newDeployments: [good] });
  await store.deployments.commit({ newDeployments: [bad] });
  return { svc, good, bad };
}

export function memberOf(
  { svc, bad, good }: Awaited<ReturnType<typeof twoReleases>>,
  lane: number,
): RunMember {
  return aMember({ lane, service: svc.key, deploymentId: bad.id, targetDeploymentId: good.id });
}

/** Two releases and a run that is due. */
export async function queuedRun(store: Store) {
  const releases = await twoReleases(store);
  const queued = run(releases.svc, releases.bad.id, releases.good.id);
  await store.commands.queueRun(queued);
  return { ...releases, run: queued };
}
