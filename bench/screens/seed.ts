import pg from 'pg';

/** Services of one cluster in 40 namespaces and 25 teams, each in need of two others and released twice; one in fifty is watched. */
export async function seed(databaseUrl: string, services: number): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query(
      `insert into services (key, cluster, namespace, name, environment, strategy, workloads, writers, dependencies,
         trigger_sets, triggers, checks, policy, team, labels, last_release)
       select 'main/ns-' || n % 40 || '/svc-' || n, 'main', 'ns-' || n % 40, 'svc-' || n, 'production', 'rolling',
         jsonb_build_array(jsonb_build_object('kind', 'Deployment', 'name', 'svc-' || n)), '[]',
         case when n = 0 then array[]::text[]
           else array['main/ns-' || (n / 10) % 40 || '/svc-' || n / 10, 'main/ns-0/svc-0'] end,
         '{}', '[]', '[]', '{}', 'team-' || n % 25, jsonb_build_object('tier', 'tier-' || n % 3), 2
       from generate_series(0, $1::int - 1) n`,
      [services],
    );
    await client.query(
      `insert into deployments (id, service_key, release, origin, strategy, status, proof, version, started_at, completed_at,
         watch_closed_at, chunk)
       select key || '-' || release, key, release, 'pipeline', 'rolling', 'completed', 'verified', 'v' || release,
         now() - (3 - release) * interval '1 day', now() - (3 - release) * interval '1 day',
         case when release = 2 and right(key, 2) = '00' then null else now() - interval '1 hour' end, 0
       from services, generate_series(1, 2) release`,
    );
    await client.query('analyze');
  });
}

export async function withClient<T>(databaseUrl: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
