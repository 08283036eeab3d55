import type pg from 'pg';

/** How many messages a table holds; those that wait are as many times one of `waitingOf`. */
export interface OutboxSize {
  delivered: number;
  waiting: number;
}

/** Where messages go: a chat that works with a channel for each team, a pager that is in trouble, mails that quiet hours hold back. */
export const notifiers = ['chat', 'pager', 'mail'] as const;

/** A message of an incident has the size of one that the engine writes: the facts and the plan are most of it. */
const notification = `jsonb_build_object('key', k.key, 'kind', k.kind, 'urgency', k.urgency, 'at', 1767614400000,
    'service', 'main/shop/' || k.incident, 'deploymentId', k.incident, 'runId', null,
    'title', 'Rolling back v42 of ' || k.incident || ' is suggested', 'text', repeat('words of the decision and what to do next ', 6),
    'facts', jsonb_build_object('service', jsonb_build_object('name', k.incident, 'environment', 'production', 'team', 'payments'),
      'plan', (select jsonb_agg(repeat('set the template of the workload ', 3) || step) from generate_series(1, 6) step)))`;

const insert = (rows: string) => `
  insert into outbox (key, notifier, to_place, incident, notification, status, attempts, next_at, not_before, failing_since, refused_since,
    failed_at, last_error, created_at, delivered_at, receipt, fell_back_at, fallback)
  select k.key, k.notifier, k.place, 'deployment/' || k.incident, ${notification}, k.status, k.attempts, k.next_at, k.not_before, k.failing, k.failing,
    k.failed, k.error, k.at, k.delivered, k.receipt, null, '[]'
  from (${rows}) k`;

/** Of what was delivered: three messages at three places. */
export const perIncident = 9;

/** Three messages of each incident at one place: the first wants a person, so each of these incidents can be told to be over. */
const delivered = `
  select 'past/' || n as key, (array['chat', 'pager', 'mail'])[1 + n / 3 % 3] as notifier,
    case when n / 3 % 3 = 0 then '#team-' || n / 9 % 40 end as place, 'past-' || n / 9 as incident,
    case n % 3 when 0 then 'rollback_suggested' when 1 then 'rolling_back' else 'rollback_notice' end as kind,
    case n % 3 when 0 then 'page' else 'info' end as urgency, 'delivered' as status, 1 as attempts,
    at.at as next_at, null::timestamptz as not_before, null::timestamptz as failing, null::timestamptz as failed, null as error,
    at.at, at.at as delivered, '{"ts": "1767614400.000100"}'::jsonb as receipt
  from generate_series(0, $1::int - 1) n, lateral (select clock_timestamp() - n * interval '1 minute' as at) at`;

/**
 * Half of what waits is due at the chat, six of an incident; a quarter is stuck at the pager, the first of each lane refused time and
 * again, pages behind it; the rest waits for the morning. One incident of the pager told very much: see `longLane`.
 */
const waiting = `
  select 'waits/' || n as key, p.notifier, case when p.notifier = 'chat' then '#team-' || n / 12 % 40 end as place,
    case when p.notifier = 'pager' and n < 4 * ${'$2'}::int then 'flapping' else 'waits-' || n / 12 end as incident,
    case n / 4 % 3 when 0 then 'rollback_suggested' when 1 then 'rolling_back' else 'rollback_failed' end as kind,
    case n / 4 % 3 when 1 then 'info' else 'page' end as urgency, 'pending' as status,
    case when p.stuck then 6 else 0 end as attempts,
    now() + case when p.notifier = 'mail' then interval '7 hours' when p.stuck then interval '4 minutes' else interval '-1 minute' end as next_at,
    case p.notifier when 'mail' then now() + interval '7 hours' end as not_before,
    case when p.stuck then now() - interval '10 minutes' end as failing, case when p.stuck then now() - interval '1 minute' end as failed,
    case when p.stuck then 'HTTP 400: invalid routing key' end as error,
    now() - interval '10 minutes' as at, null::timestamptz as delivered, null::jsonb as receipt
  from generate_series(0, $1::int - 1) n, lateral (
    select q.notifier, q.notifier = 'pager' and (n < 4 or (n >= 4 * $2::int and n / 4 % 3 = 0)) as stuck
    from (select (array['chat', 'pager', 'chat', 'mail'])[1 + n % 4] as notifier) q) p`;

/** What one release told while its place took nothing: a day of one that flaps every ten minutes, told as it fires and as it ends. */
const longLane = { most: 288, shareOfWaiting: 1 / 14 };

export async function seedOutbox(client: pg.Client, size: OutboxSize): Promise<void> {
  await client.query(insert(delivered), [size.delivered]);
  await client.query(insert(waiting), [
    size.waiting,
    Math.min(longLane.most, Math.floor(size.waiting * longLane.shareOfWaiting)),
  ]);
  await client.query(
    `insert into outbox_places (notifier, to_place, failing_since, refused_since, last_error)
     values ('pager', '', now() - interval '10 minutes', now() - interval '10 minutes', 'HTTP 400: invalid routing key')`,
  );
  await client.query('vacuum analyze outbox');
}

/** Undoes the claims of a round, so that the next one finds the same. */
export async function endClaims(client: pg.Client): Promise<void> {
  await client.query(
    `update outbox set status = 'pending', lease_holder = null, lease_until = null, delivered_at = null, receipt = null,
       attempts = greatest(0, attempts - 1)
     where key like 'waits/%' and (lease_holder is not null or status = 'delivered')`,
  );
  await client.query('vacuum outbox');
}
