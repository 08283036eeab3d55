import {
  defaultPolicy,
  type NewDeployment,
  type PlannedStep,
  type RollbackTrigger,
  type Run,
  type RunStep,
  type Service,
  type TriggerState,
} from '@lastgood/domain';
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
    const store = createStore({ databaseUrl: database.url, notifiers: ['hook'], ...options });
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

/** Ends every run of the database, so that a test claims what it queued itself. */
export async function endAllRuns(url: string): Promise<void> {
  await query(url, "update runs set status = 'done' where status in ('queued', 'running')");
}

let count = 0;
export function newId(prefix: string): string {
  count += 1;
  return `${prefix}-${count}`;
}

export const t0 = Date.UTC(2026, 0, 5, 12);

export function trigger(name: string, over: Partial<RollbackTrigger> = {}): RollbackTrigger {
  return {
    name,
    query: 'up',
    threshold: 0.05,
    comparison: 'greater_than',
    forMs: 120_000,
    severity: 'auto_rollback',
    unit: 'ratio',
    description: '',
    onNoData: 'hold',
    onNotANumber: 'hold',
    initialDelayMs: 0,
    keepFiringMs: 0,
    shadow: false,
    ...over,
  };
}

export function service(over: Partial<Service> = {}): Service {
  const name = over.name ?? newId('svc');
  return {
    key: `dev/shop/${name}`,
    cluster: 'dev',
    namespace: 'shop',
    name,
    environment: 'production',
    strategy: 'rolling',
    workloads: [{ kind: 'Deployment', name }],
    writers: [],
    dependencies: [],
    triggerSets: [],
    triggers: [trigger('errors')],
    checks: [],
    policy: defaultPolicy,
    rollback: {},
    ...over,
  };
}

export function deployment(of: Service, over: Partial<NewDeployment> = {}): NewDeployment {
  return {
    id: newId('dep'),
    service: of.key,
    origin: 'pipeline',
    idempotencyKey: null,
    strategy: 'rolling',
    status: 'in_progress',
    proof: 'pending',
    version: 'v1',
    commit: null,
    author: null,
    pipelineUrl: null,
    previousDeploymentId: null,
    changes: [],
    startedAt: t0,
    completedAt: null,
    watchEndsAt: null,
    watchClosedAt: null,
    supersededBy: null,
    rolledBackAt: null,
    rollbackReason: null,
    ...over,
  };
}

export function run(of: Service, from: string, target: string, over: Partial<Run> = {}): Run {
  return {
    id: newId('run'),
    service: of.key,
    deploymentId: from,
    targetDeploymentId: target,
    requester: { kind: 'person', name: 'ada' },
    reason: 'because',
    evidence: [],
    status: 'queued',
    plan: null,
    createdAt: t0,
    startsAt: 0,
    startedAt: null,
    finishedAt: null,
    verdict: null,
    stop: null,
    stopAsked: null,
    ...over,
  };
}

export function step(ordinal: number): RunStep {
  const planned: PlannedStep = {
    step: { kind: 'verify' },
    title: `step ${ordinal}`,
    limits: { scheduleToStartMs: 1, startToCloseMs: 1, heartbeatMs: 1 },
    leavesBehind: 'nothing',
    expectedMs: null,
  };
  return {
    ordinal,
    lane: 0,
    planned,
    status: 'pending',
    attempts: 0,
    startedAt: null,
    finishedAt: null,
    dueAt: null,
    note: null,
  };
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
    slotsAsked: 1,
    slotsAnswered: 1,
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

/** Two releases and a run that is due. */
export async function queuedRun(store: Store) {
  const releases = await twoReleases(store);
  const queued = run(releases.svc, releases.bad.id, releases.good.id);
  await store.commands.queueRun(queued);
  return { ...releases, run: queued };
}
