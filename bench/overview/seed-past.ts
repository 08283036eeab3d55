import { withClient } from '../screens/seed.ts';

/** What has happened to the services that `seed` made: five events of each, and an automatic rollback of one in four, which was done. */
export async function seedPast(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query(
      `insert into events (type, at, service_key, deployment_id, text, data)
       select 'deployment.completed', now() - n * interval '1 hour', key, key || '-2', 'v2 of ' || name || ' is out: it serves all traffic.', '{}'
       from services, generate_series(1, 5) n`,
    );
    await client.query(
      `insert into runs (id, service_key, deployment_id, target_deployment_id, requester_kind, requester, reason, evidence, status, created_at,
         starts_at, started_at, finished_at, verdict, not_before, wake_at)
       select 'run-' || md5(key), key, key || '-2', key || '-1', 'automatic',
         '{"kind": "automatic", "trigger": "high_error_rate", "decisionId": "of-old"}', 'high_error_rate has fired: 12 % > 5 % for 2 min',
         null, 'done', at, at, at, at + interval '40 s', 'passed', at, at
       from services, lateral (select now() - (length(key) + 1) * interval '1 hour' as at) as past
       where hashtext(key) % 4 = 0`,
    );
    await client.query(
      `insert into run_members (run_id, lane, service_key, deployment_id, target_deployment_id, status, started_at, finished_at, verdict)
       select id, 0, service_key, deployment_id, target_deployment_id, status, started_at, finished_at, verdict from runs`,
    );
    await client.query('analyze');
  });
}
