import type { Decision, Hold, NewEvent, Notification } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { instant, type Sql } from '../connection/pool.ts';
import { bulkInsert } from './bulk-insert.ts';

/** A slot is judged once, so a decision of a deployment and slot that is there already is the same one. */
export async function insertDecisions(sql: Sql, decisions: readonly Decision[]): Promise<void> {
  for (const decision of decisions)
    await sql(
      `insert into decisions
         (id, deployment_id, service_key, slot, verdict, wanted, trigger, sentence, restraints, evidence)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
      [
        decision.id,
        decision.deploymentId,
        decision.service,
        instant(decision.slot),
        decision.verdict,
        decision.wanted,
        decision.trigger,
        decision.sentence,
        decision.restraints,
        toJson(decision.evidence),
      ],
    );
}

export async function insertHolds(sql: Sql, holds: readonly Hold[]): Promise<void> {
  for (const hold of holds)
    await sql(
      `insert into holds (id, service_key, deployment_id, run_id, template_digest, image_digests, images,
         reason, placed_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing`,
      [
        hold.id,
        hold.service,
        hold.deploymentId,
        hold.runId,
        hold.templateDigest,
        hold.imageDigests,
        hold.images,
        hold.reason,
        instant(hold.placedAt),
      ],
    );
}

export async function insertEvents(sql: Sql, events: readonly NewEvent[]): Promise<void> {
  await bulkInsert<NewEvent>(
    sql,
    'events',
    {
      type: { type: 'text', of: (event) => event.type },
      at: { type: 'timestamptz', of: (event) => instant(event.at) },
      service_key: { type: 'text', of: (event) => event.service },
      deployment_id: { type: 'text', of: (event) => event.deploymentId },
      run_id: { type: 'text', of: (event) => event.runId },
      text: { type: 'text', of: (event) => event.text },
      data: { type: 'jsonb', of: (event) => toJson(event.data) ?? '{}' },
    },
    events,
  );
}

/** One row for every notifier that is configured; the same key is never sent twice to one of them. */
export async function insertNotifications(
  sql: Sql,
  notifications: readonly Notification[],
  notifiers: readonly string[],
): Promise<void> {
  const rows = notifications.flatMap((notification) =>
    notifiers.map((notifier) => ({ notification, notifier })),
  );
  await bulkInsert(
    sql,
    'outbox',
    {
      key: { type: 'text', of: ({ notification }) => notification.key },
      notifier: { type: 'text', of: ({ notifier }) => notifier },
      notification: { type: 'jsonb', of: ({ notification }) => toJson(notification) },
    },
    rows,
    'on conflict (key, notifier) do nothing',
  );
}
