import { randomUUID } from 'node:crypto';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { expect, test } from 'vitest';
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts';
import { isFull, report, sized } from './goals.ts';
import { databaseOf, type TestDatabase, useKillHarness } from './kill-harness.ts';
import type { ReplicaProcess } from './replica-process.ts';
import { until } from './replica-process.ts';
import { faults, outcomeOf, query, untilEnded } from './run-outcomes.ts';
import type { WritePath } from './write-path.ts';

/*
 * R5: two whole servers behind a network that loses the answers to COMMIT, on every path that writes, while people
 * register, report, click and undo. A client that is told 503 asks again with the same key.
 */
const harness = useKillHarness(() => 1);

/** Everything a client was promised. */
interface Promised {
  registered: string[];
  runs: string[];
  undone: string[];
}

test('R5: a connection cut after COMMIT was sent loses nothing and doubles nothing', async (context) => {
  const database = databaseOf(harness, 0);
  const proxy = await startDatabaseProxy(database.databaseUrl);
  const arrived: string[] = [];
  const hook = await startLocalServer((request, response) => {
    arrived.push(String(request.headers['webhook-id']));
    request.resume().on('end', () => response.end());
  });
  const wanted = sized(100, 12);
  const orders = { databaseUrl: proxy.url, webhookUrl: hook.url, loops: 'all' } as const;
  const replicas = await Promise.all([database.start(orders), database.start(orders)]);
  const promised: Promised = { registered: [], runs: [], undone: [] };
  // From here on: a start that is slow commits enough to use up every cut before anybody asked for anything.
  const cuts = cutEvery(proxy, wanted);
  for (let round = 0; cuts.count() < wanted || round === 0; round++)
    await traffic(database, replicas, promised, round);
  proxy.cutWhen(() => false);
  await untilEnded(database.databaseUrl, promised.runs);
  const outcome = await outcomeOf(database.databaseUrl, harness.cluster, promised.runs);
  const requests = await requestFaults(database.databaseUrl, promised);
  await until('the notifications', async () => (await undelivered(database.databaseUrl)) === 0);
  await Promise.all(replicas.map((replica) => replica.kill()));
  await proxy.close();
  await hook.close();
  const lost = [...outcome.lost, ...requests.lost];
  const doubled = [...outcome.doubled, ...requests.doubled];
  const paths = [...cuts.byPath].toSorted().map(([path, count]) => `${path} ${count}`);
  const size = `of ${cuts.count()} cuts on ${paths.length} paths`;
  report(context, [
    { goal: 'R5', what: `lost, ${size}`, value: lost.length, bound: 0 },
    { goal: 'R5', what: `doubled, ${size}`, value: doubled.length, bound: 0 },
  ]);
  expect([...faults([outcome]), ...requests.lost, ...requests.doubled]).toEqual([]);
  expect(arrived.length).toBeGreaterThan(0);
  // Claims, renewed leases, steps, clicks, registrations, keys and the outbox, each cut at least once.
  expect(paths.length, paths.join(', ')).toBeGreaterThanOrEqual(sized(15, 6));
});

/** Cuts each path's first commit, then every fourth of any path but none too often, until there were enough. */
function cutEvery(proxy: DatabaseProxy, wanted: number) {
  const byPath = new Map<WritePath, number>();
  const atMost = Math.ceil(wanted / 10);
  let count = 0;
  let seen = 0;
  proxy.cutWhen((path) => {
    // A key whose lock was taken and not heard of stays locked for half a minute: for the full size.
    if (path === 'idempotency_keys' && !isFull()) return false;
    seen += 1;
    const before = byPath.get(path) ?? 0;
    if (count >= wanted || before >= atMost || (before > 0 && seen % 4 !== 0)) return false;
    byPath.set(path, before + 1);
    count += 1;
    return true;
  });
  return { byPath, count: () => count };
}

async function traffic(
  { fleet }: TestDatabase,
  replicas: readonly ReplicaProcess[],
  promised: Promised,
  round: number,
): Promise<void> {
  const url = replicas[round % replicas.length]?.url ?? '';
  const [clicked, undone, registered] = await Promise.all([
    fleet.release(['Deployment']),
    fleet.release(['Deployment']),
    fleet.release(['Deployment']),
  ]);
  await Promise.all([
    (async () => {
      const run = await send(url, 'POST', `deployments/${clicked.badId}/rollback`, {});
      promised.runs.push(run);
      await until(`run ${run}`, async () => (await get(url, `runs/${run}`)) === 'done', 60_000, 200);
    })(),
    (async () => {
      const run = await send(url, 'POST', `deployments/${undone.badId}/rollback`, { startsInSeconds: 60 });
      await send(url, 'POST', `runs/${run}/undo`, {});
      promised.undone.push(run);
    })(),
    (async () => {
      const key = registered.service.key;
      const id = await send(url, 'POST', 'deployments', { service: key, version: `v3-${round}` });
      await send(url, 'PATCH', `deployments/${id}`, { status: 'completed' });
      promised.registered.push(id);
    })(),
  ]);
}

/** Sends until it is answered, as a careful client does; returns the id in the answer. */
async function send(url: string, method: string, path: string, body: object): Promise<string> {
  const key = randomUUID();
  return until(`${method} ${path}`, async () => {
    const answer = await fetch(`${url}/api/v1/${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    const { id, detail } = (await answer.json()) as { id?: string; detail?: string };
    if (answer.ok && id) return id;
    const again = answer.status === 503 || (answer.status === 409 && detail?.includes('Idempotency-Key'));
    if (!again) throw new Error(`${method} ${path}: ${answer.status} ${detail}`);
    return null;
  });
}

async function get(url: string, path: string): Promise<string | null> {
  const answer = await fetch(`${url}/api/v1/${path}`);
  const body = (await answer.json()) as { run?: { status: string }; status?: unknown };
  return answer.ok ? (body.run?.status ?? String(body.status)) : null;
}

/** Deployments, reports and undos by their rows and their events: each exactly once. */
async function requestFaults(databaseUrl: string, { registered, undone }: Promised) {
  const lost: string[] = [];
  const doubled: string[] = [];
  const judge = (what: string, count: number) => {
    if (count === 0) lost.push(what);
    if (count > 1) doubled.push(what);
  };
  const events = async (type: string, column: string, id: string) =>
    (await query(databaseUrl, `select 1 from events where type = $1 and ${column} = $2`, [type, id])).length;
  for (const id of registered) {
    judge(`registration ${id}`, await events('deployment.registered', 'deployment_id', id));
    judge(`report of ${id}`, await events('deployment.reported', 'deployment_id', id));
  }
  for (const id of undone) judge(`undo of ${id}`, await events('rollback.undone', 'run_id', id));
  const twins = 'select idempotency_key as key from deployments group by 1 having count(*) > 1';
  const keyed = `${twins} and idempotency_key is not null`;
  doubled.push(
    ...(await query<{ key: string }>(databaseUrl, keyed)).map(({ key }) => `registered twice: ${key}`),
  );
  const told = 'select key from outbox group by key having count(*) > 1';
  doubled.push(...(await query<{ key: string }>(databaseUrl, told)).map(({ key }) => `told twice: ${key}`));
  const rest = await query(databaseUrl, "select id from runs where status in ('queued', 'running')");
  lost.push(...rest.map((row) => `still active: ${JSON.stringify(row)}`));
  return { lost, doubled };
}

async function undelivered(databaseUrl: string): Promise<number> {
  return (await query(databaseUrl, "select 1 from outbox where status = 'pending'")).length;
}
