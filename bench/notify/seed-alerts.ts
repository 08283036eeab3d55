import { type AlertsQuestion, hearingMs } from '@lastgood/domain';
import type pg from 'pg';

/** Two who tell; as many services as of each four alerts were told. */
const sources = ['main', 'other'] as const;
const names = ['HighErrorRate', 'HighLatency', 'PodRestarts', 'QueueGrows'];

/**
 * Told alerts as a month leaves them: three of four are over, of which one in ten only just. Both sources were heard from without a
 * gap until now, and before that in as many stretches as an hour a day without them makes.
 */
export async function seedAlerts(client: pg.Client, alerts: number): Promise<void> {
  await client.query(`insert into alert_sources (name) select unnest($1::text[])`, [sources]);
  await client.query(
    `insert into alert_hearings (source, from_at, until_at)
     select source, now() - (day + 1) * interval '1 day', now() - day * interval '1 day' - case when day = 0 then interval '0' else interval '1 hour' end
     from unnest($1::text[]) source, generate_series(0, 29) day`,
    [sources],
  );
  await client.query(
    `insert into alert_episodes (source, fingerprint, starts_at, labels, first_told_at, last_told_at, ends_at, end_told_at)
     select ($1::text[])[1 + n % 2], 'f' || n, began.at, jsonb_build_object('alertname', ($2::text[])[1 + n / 2 % 4], 'service', 'svc-' || n / 8,
         'namespace', 'ns-' || n / 8 % 40, 'cluster', 'main', 'severity', 'critical', 'team', 'team-' || n / 8 % 25, 'job', 'shop/svc-' || n / 8,
         'prometheus', 'monitoring/k8s', 'instance', '10.0.' || n / 250 || '.' || n % 250 || ':8080'),
       began.at, coalesce(over.at, now()), over.at, over.at
     from generate_series(0, $3::int - 1) n,
       lateral (select now() - (1 + n % 700) * interval '1 hour' as at) began,
       lateral (select case when n % 4 = 0 then null when n % 40 = 1 then now() - interval '2 minutes' else began.at + interval '20 minutes' end as at) over`,
    [sources, names, alerts],
  );
  await client.query('vacuum analyze alert_episodes, alert_hearings, alert_sources');
}

/** What the triggers of one chunk ask in a slot: of each service two alerts, and of those just deployed how it was before. */
export function questionsOfChunk(services: number): AlertsQuestion[] {
  return Array.from({ length: services }, (_, n) => n).flatMap((n) =>
    names.slice(0, 2).flatMap((alertname, index) =>
      (['now', 'before'] as const).map((about) => ({
        ...{ source: sources[index % 2] ?? 'main', labels: { alertname, service: `svc-${n}` } },
        ...{ withinMs: 2 * hearingMs, about, unknown: null },
      })),
    ),
  );
}
