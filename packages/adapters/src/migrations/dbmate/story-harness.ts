import type { WorkloadChange } from '@lastgood/domain/deployment/deployment';
import type { WorkloadSnapshot, WorkloadTarget } from '@lastgood/domain/workload/workload';
import type { TestPostgres } from '@lastgood/testkit/postgres/use-postgres';
import type pg from 'pg';
import type { TestDatabase } from '../../postgres/database-harness.ts';
import { openSandboxWorld, type SandboxWorld } from '../../rollout/kubernetes/sandbox-world-harness.ts';
import { type DbmateWorld, openDbmateWorld } from './dbmate-harness.ts';

/** How much faster than the clock on the wall the cluster and the engine live. */
export const speed = 20;

/**
 * The seed's migration: one table gets another name. Its way back copies the rows and drops what should be empty by then, which
 * loses whatever is written meanwhile, and its copy takes a while. The next one is only there to be reversed before it.
 */
const migrations: Record<string, string> = {
  '1_events.sql': `-- migrate:up
create table user_events (id bigserial primary key, by text not null);
create table totals (name text primary key, n bigint not null);
insert into totals values ('events', 0);
create table reversals (version text);
-- migrate:down
drop table user_events;`,
};
const bad: Record<string, string> = {
  '2_activity_log.sql': `-- migrate:up
alter table user_events rename to activity_log;
-- migrate:down
-- lastgood:loss activity_log: select count(*) from activity_log where false
insert into reversals values ('2');
create table user_events (like activity_log including defaults including constraints);
insert into user_events select * from activity_log;
select pg_sleep(0.3);
alter sequence user_events_id_seq owned by none;
drop table activity_log;`,
  '3_by_whom.sql': `-- migrate:up
create index by_whom on activity_log (by);
-- migrate:down
insert into reversals values ('3'); drop index by_whom;`,
};

const place = { cluster: 'main', namespace: 'shop' };
export const web: WorkloadTarget = { ...place, kind: 'Deployment', name: 'web' };
const worker: WorkloadTarget = { ...place, kind: 'Deployment', name: 'worker' };
export const imageOf = (version: 'v1' | 'v2') => `registry.example/events:${version}`;

/** What the application wrote and was told is written, and what it was told is not. */
interface Written {
  rows: { id: string; by: string; at: number }[];
  /** What its one hard-coded reader was told. */
  failures: string[];
}

export interface Story {
  cluster: SandboxWorld;
  dbmate: DbmateWorld;
  written: Written;
  snapshots: Record<'before' | 'after', Record<string, WorkloadSnapshot>>;
  /** The traffic comes to its end. */
  stopTraffic(): Promise<void>;
  close(): Promise<void>;
}

/** Two workloads write rows all the time while release 2 renames their table and comes out with one wrong name in it. */
export async function openStory(postgres: TestPostgres): Promise<Story> {
  const dbmate = await openDbmateWorld(postgres, migrations);
  await dbmate.at.sql('update totals set n = 0');
  await dbmate.writeFixUp(
    'totals',
    "update totals set n = (select count(*) from user_events) where name = 'events'",
  );
  const cluster = await openSandboxWorld();
  for (const { name } of [web, worker]) await cluster.create('Deployment', name, imageOf('v1'));
  const written: Written = { rows: [], failures: [] };
  const traffic = startTraffic(cluster, dbmate.at, written);
  const snapshots = { before: await bothAsTheyAre(cluster), after: {} as Record<string, WorkloadSnapshot> };
  await untilWritten(written, 'v1', 50);
  for (const [file, text] of Object.entries(bad)) await dbmate.write(file, text);
  await dbmate.dbmate('migrate');
  for (const workload of [web, worker]) await cluster.startDeploy(workload, imageOf('v2'));
  await untilWritten(written, 'v2', 50);
  snapshots.after = await bothAsTheyAre(cluster);
  return {
    ...{ cluster, dbmate, written, snapshots },
    stopTraffic: traffic.stop,
    async close() {
      await traffic.stop();
      await cluster.close();
      await dbmate.close();
    },
  };
}

export function changesOf({ snapshots }: Story): WorkloadChange[] {
  return [web, worker].map(({ kind, name }) => ({
    kind: 'workload',
    target: { kind, name },
    before: snapshots.before[name] ?? null,
    after: snapshots.after[name] ?? null,
  }));
}

async function bothAsTheyAre({ rollout }: SandboxWorld): Promise<Record<string, WorkloadSnapshot>> {
  const found: Record<string, WorkloadSnapshot> = {};
  for (const workload of [web, worker]) {
    const read = await rollout.read(workload, new AbortController().signal);
    if (read.kind !== 'found') throw new Error(read.reason);
    found[workload.name] = read.observation.snapshot;
  }
  return found;
}

async function untilWritten({ rows }: Written, by: string, count: number): Promise<void> {
  while (rows.filter((row) => row.by === by).length < count) await pause(10);
}

interface Pod {
  metadata: { uid: string; deletionTimestamp?: string };
  spec: { containers: { image: string }[] };
  status?: { conditions?: { type: string; status: string }[] };
}

/** Every pod of the cluster that is ready runs the program of its image, with a session of its own. */
function startTraffic({ call, advance }: SandboxWorld, at: TestDatabase, written: Written) {
  const programs = new Map<string, { end(): Promise<void> }>();
  const isReady = ({ metadata, status }: Pod) =>
    !metadata.deletionTimestamp &&
    (status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True');
  let isOver = false;
  const live = async () => {
    while (!isOver) {
      await advance(20 * speed);
      const { items } = await call<{ items: Pod[] }>('GET', '/api/v1/namespaces/shop/pods');
      const ready = items.filter(isReady);
      for (const pod of ready) {
        const version = pod.spec.containers[0]?.image.endsWith(':v2') ? 'v2' : 'v1';
        if (!programs.has(pod.metadata.uid))
          programs.set(pod.metadata.uid, await startProgram(at, version, written));
      }
      for (const [uid, program] of programs) {
        if (ready.some((pod) => pod.metadata.uid === uid)) continue;
        programs.delete(uid);
        void program.end();
      }
      await pause(20);
    }
  };
  const living = live();
  return {
    async stop() {
      isOver = true;
      await living;
      await Promise.all([...programs.values()].map((program) => program.end()));
      programs.clear();
    },
  };
}

/** How long a program that is told to end still writes: a pool that drains, a request that is served to its end. */
const drainsMs = 150;

async function startProgram(at: TestDatabase, version: 'v1' | 'v2', written: Written) {
  const session = await at.connect();
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      await (version === 'v1' ? oldCode : newCode)(session, written).catch((error: unknown) => {
        written.failures.push(`${version}: ${error instanceof Error ? error.message : String(error)}`);
      });
      await pause(5);
    }
  })();
  return {
    async end() {
      await pause(drainsMs);
      isOver = true;
      await running;
      await session.end();
    },
  };
}

async function oldCode(session: pg.Client, { rows }: Written): Promise<void> {
  const { rows: made } = await session.query<{ id: string }>(
    `with one as (insert into user_events (by) values ('v1') returning id),
       counted as (update totals set n = n + 1 where name = 'events') select id from one`,
  );
  rows.push(...made.map(({ id }) => ({ id, by: 'v1', at: Date.now() })));
}

/** It writes to the table by its new name, and knows nothing of totals any more; one of its readers has the old one. */
async function newCode(session: pg.Client, { rows }: Written): Promise<void> {
  const { rows: made } = await session.query<{ id: string }>(
    "insert into activity_log (by) values ('v2') returning id",
  );
  rows.push(...made.map(({ id }) => ({ id, by: 'v2', at: Date.now() })));
  await session.query('select count(*) from user_events');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
