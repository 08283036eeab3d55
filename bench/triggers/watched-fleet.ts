import { defaultPolicy, followService, type Service, serviceKey, type TriggerSet } from '@lastgood/domain';
import { createStore, type Store } from '@lastgood/store';
import { migrate } from '@lastgood/store/migrate/migrate';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import pg from 'pg';
import { hashOf, namespaceOf, serviceName } from './fleet.ts';

const hour = 3_600_000;
/** Slots are ticked faster than time passes, and none may lie in the future of the database. */
export const filledAt = Date.now() - 12 * hour;
/** What pod templates of the field have, besides an image: most of their 3 kB are environment and probes. */
const paddingBytes = 3_000;

/**
 * Fills an empty database with `count` services of the fleet, each released twice, the second one watched for a day from `now` on. The
 * first is declared and followed as the product does it, the others are copies of its rows under their own names.
 */
export async function fillWithFleet(databaseUrl: string, count: number, set: TriggerSet, now: number) {
  await migrate(databaseUrl);
  const store = createStore({ databaseUrl, now: () => now });
  try {
    await store.triggerSets.apply(set);
    await releaseFirst(store, set.name, now);
  } finally {
    await store.close();
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await copyFirst(client, count, now);
  } finally {
    await client.end();
  }
}

async function releaseFirst(store: Store, set: string, now: number): Promise<void> {
  const service = firstService(set);
  const { cluster, namespace, name } = service;
  const target = { cluster, namespace, kind: 'Deployment' as const, name };
  let at = now - 2 * hour;
  const rollout = createInMemoryRollout({ now: () => at });
  await store.services.apply(service, 'bench', at);
  rollout.cluster.create(target, { app: 'registry.example/app:v1' });
  for (const version of [1, 2]) {
    if (version === 2) rollout.cluster.deploy(target, { app: 'registry.example/app:v2' });
    // Begun, settled, known as good or under watch.
    for (let looks = 0; looks < 3; looks += 1) {
      at += 30_000;
      const [followed] = await store.deployments.followed([service.key]);
      if (!followed) throw new Error('the service is not followed');
      const observation = rollout.cluster.observe(rollout.cluster.at(target), at);
      const commit = followService(followed, [{ workload: target, ...observation }], at);
      if (commit) await store.deployments.commit(commit);
    }
    at = now - 60_000 - 3 * 30_000;
  }
}

/** The names of the others, and what stands in the place of them in the rows of the first. */
interface Copies {
  count: number;
  hash: string;
}

async function copyFirst(client: pg.Client, count: number, now: number): Promise<void> {
  const found = await client.query(
    "select d.id, c.after->>'podTemplateHash' as hash from deployments d join deployment_changes c on c.deployment_id = d.id order by d.release",
  );
  const [, newest] = found.rows as { id: string; hash: string }[];
  if (found.rows.length !== 2 || !newest) throw new Error('two releases of the first were expected');
  await client.query(
    `update deployment_changes set before = ${padded('before')}, after = ${padded('after')}`,
    [JSON.stringify('e'.repeat(paddingBytes))],
  );
  await client.query(
    'update deployments set watch_ends_at = $1, started_at = $2, completed_at = $2 where id = $3',
    [new Date(now + 24 * hour), new Date(now - 120_000), newest.id],
  );
  const copies = { count, hash: newest.hash };
  await copyRows(client, copies, 'services', "'{}'");
  await copyRows(client, copies, 'deployments', "jsonb_build_object('chunk', other.n / 250)");
  await copyRows(client, copies, 'deployment_changes', "'{}'");
  await client.query('update deployment_changes set after = replace(after::text, $1, $2)::jsonb', [
    newest.hash,
    hashOf(0),
  ]);
  await client.query('analyze');
}

function padded(column: string): string {
  return `jsonb_set(${column}, '{template,spec,env}', $1::jsonb)`;
}

/** The rows of the first service in a table again for every other one, under its own names. */
async function copyRows(client: pg.Client, { count, hash }: Copies, table: string, more: string) {
  const others = Array.from({ length: count - 1 }, (_, index) => index + 1);
  const named = [
    [`'${serviceName(0)}'`, 'other.service'],
    [`'${namespaceOf(0)}'`, 'other.namespace'],
    [`'${hash}'`, 'other.hash'],
  ].reduce((text, [from, to]) => `replace(${text}, ${from}, ${to})`, 'to_jsonb(one)::text');
  await client.query(
    `insert into ${table} select (jsonb_populate_record(null::${table}, ${named}::jsonb || ${more})).*
     from ${table} one, unnest($1::int[], $2::text[], $3::text[], $4::text[]) as other(n, service, namespace, hash)`,
    [others, others.map(serviceName), others.map(namespaceOf), others.map(hashOf)],
  );
}

function firstService(set: string): Service {
  const [name, namespace] = [serviceName(0), namespaceOf(0)];
  return {
    ...{ key: serviceKey('main', namespace, name), cluster: 'main', namespace, name },
    ...{ environment: 'bench', strategy: 'rolling', workloads: [{ kind: 'Deployment', name }], writers: [] },
    ...{ dependencies: [], triggerSets: [set], triggers: [], triggerOverrides: [], checks: [] },
    ...{ policy: defaultPolicy, notify: [], drills: null, rollback: {}, team: null, labels: {}, links: [] },
    ...{ commitUrl: null, compareUrl: null },
  };
}
