import type { Decision, Hold, NewEvent } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { instant, type Sql } from '../connection/pool.ts';
import type { Batch } from './batch.ts';
import { bulkInsert, bulkWrite, type Columns, rowWrite } from './insert.ts';

/** A slot is judged once, so a decision of a deployment and slot that is there already is the same one. */
export async function insertDecisions(sql: Sql, decisions: readonly Decision[]): Promise<void> {
  for (const decision of decisions)
    await sql(
      `insert into decisions
         (id, deployment_id, service_key, slot, verdict, wanted, trigger, sentence, restraints, evidence, guards, "group", basis)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing`,
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
        toJson(decision.guards),
        toJson(decision.group ?? null),
        toJson(decision.basis ?? null),
      ],
    );
}

/** Placed once by id: one that a person has released stays released. */
export function placeHold(batch: Batch, hold: Hold): void {
  const ending = 'on conflict (id) do nothing';
  rowWrite(batch, { table: 'holds', columns: holdColumns, rows: [hold], ending });
}

const holdColumns: Columns<Hold> = {
  id: { type: 'text', of: (hold) => hold.id },
  service_key: { type: 'text', of: (hold) => hold.service },
  deployment_id: { type: 'text', of: (hold) => hold.deploymentId },
  run_id: { type: 'text', of: (hold) => hold.runId },
  template_digest: { type: 'text', of: (hold) => hold.templateDigest },
  image_digests: { type: 'text[]', of: (hold) => hold.imageDigests },
  images: { type: 'text[]', of: (hold) => hold.images },
  reason: { type: 'text', of: (hold) => hold.reason },
  placed_at: { type: 'timestamptz', of: (hold) => instant(hold.placedAt) },
};

export async function insertEvents(sql: Sql, events: readonly NewEvent[]): Promise<void> {
  await bulkInsert(sql, { table: 'events', columns: eventColumns, rows: events });
}

export function writeEvents(batch: Batch, events: readonly NewEvent[]): void {
  bulkWrite(batch, { table: 'events', columns: eventColumns, rows: events });
}

const eventColumns: Columns<NewEvent> = {
  type: { type: 'text', of: (event) => event.type },
  at: { type: 'timestamptz', of: (event) => instant(event.at) },
  service_key: { type: 'text', of: (event) => event.service },
  deployment_id: { type: 'text', of: (event) => event.deploymentId },
  run_id: { type: 'text', of: (event) => event.runId },
  text: { type: 'text', of: (event) => event.text },
  data: { type: 'jsonb', of: (event) => toJson(event.data) ?? '{}' },
};
