import type { AskRow, JudgedReading, SlotClaim, SlotCommit, TriggerState } from '@lastgood/domain';
import { instant, type Sql } from '../connection/pool.ts';
import { fromReading, type ReadingColumns } from '../rows/trigger-row.ts';
import { bulkInsert } from '../write/insert.ts';
import { writeDefinitions } from './write-definitions.ts';

/** States, readings, asks and trips of one judged chunk. */
export async function writeJudged(sql: Sql, claim: SlotClaim, commit: SlotCommit): Promise<void> {
  await sql('update slots set late_ms = $3 where slot = $1 and chunk = $2', [
    instant(claim.slot),
    claim.chunk,
    commit.lateMs,
  ]);
  await upsertStates(sql, commit.states);
  await insertReadings(sql, commit.readings);
  await insertAsks(sql, claim.chunk, commit.asks);
  await sql(
    `insert into trips (slot, service_key) select $1, service from unnest($2::text[]) as service
     on conflict do nothing`,
    [instant(claim.slot), commit.tripped],
  );
}

async function upsertStates(sql: Sql, states: SlotCommit['states']): Promise<void> {
  await bulkInsert<SlotCommit['states'][number]>(sql, {
    table: 'trigger_states',
    columns: {
      deployment_id: { type: 'text', of: (row) => row.deploymentId },
      trigger: { type: 'text', of: (row) => row.trigger },
      phase: { type: 'text', of: ({ state }) => state.phase },
      since: { type: 'timestamptz', of: ({ state }) => instant(state.since) },
      held_ms: { type: 'float8', of: ({ state }) => state.heldMs },
      last_slot: { type: 'timestamptz', of: ({ state }) => instant(state.lastSlot) },
      last_judged_slot: { type: 'timestamptz', of: ({ state }) => instant(state.lastJudgedSlot) },
      last_breach_slot: { type: 'timestamptz', of: ({ state }) => instant(state.lastBreachSlot) },
      reading_kind: { type: 'text', of: ({ state }) => fromReading(state.reading).kind },
      reading_value: { type: 'float8', of: ({ state }) => fromReading(state.reading).value },
      reading_detail: { type: 'text', of: ({ state }) => fromReading(state.reading).detail },
      trouble_since: { type: 'timestamptz', of: ({ state }) => instant(state.troubleSince) },
      trouble_reason: { type: 'text', of: ({ state }) => state.troubleReason },
      companion_kind: { type: 'text', of: ({ state }) => companionOf(state).kind },
      companion_value: { type: 'float8', of: ({ state }) => companionOf(state).value },
      companion_detail: { type: 'text', of: ({ state }) => companionOf(state).detail },
      companion_trouble_since: {
        type: 'timestamptz',
        of: ({ state }) => instant(state.companion?.troubleSince ?? null),
      },
      companion_trouble_reason: { type: 'text', of: ({ state }) => state.companion?.troubleReason ?? null },
      slots_asked: { type: 'int', of: ({ state }) => state.slotsAsked },
      slots_healthy: { type: 'int', of: ({ state }) => state.slotsHealthy },
      ever_fired: { type: 'bool', of: ({ state }) => state.everFired },
    },
    rows: states,
    ending: `on conflict (deployment_id, trigger) do update set
       phase = excluded.phase, since = excluded.since, held_ms = excluded.held_ms,
       last_slot = excluded.last_slot, last_judged_slot = excluded.last_judged_slot,
       last_breach_slot = excluded.last_breach_slot, reading_kind = excluded.reading_kind,
       reading_value = excluded.reading_value, reading_detail = excluded.reading_detail,
       trouble_since = excluded.trouble_since, trouble_reason = excluded.trouble_reason,
       companion_kind = excluded.companion_kind, companion_value = excluded.companion_value,
       companion_detail = excluded.companion_detail,
       companion_trouble_since = excluded.companion_trouble_since,
       companion_trouble_reason = excluded.companion_trouble_reason,
       slots_asked = excluded.slots_asked, slots_healthy = excluded.slots_healthy,
       ever_fired = excluded.ever_fired`,
  });
}

function companionOf({ companion }: TriggerState): ReadingColumns {
  return fromReading(companion?.reading ?? null);
}

/** A reading that is there already stays: a slot is judged once. */
async function insertReadings(sql: Sql, readings: readonly JudgedReading[]): Promise<void> {
  const digestOf = await writeDefinitions(sql, readings);
  await bulkInsert<JudgedReading>(sql, {
    table: 'readings',
    columns: {
      deployment_id: { type: 'text', of: (row) => row.deploymentId },
      trigger: { type: 'text', of: (row) => row.trigger },
      slot: { type: 'timestamptz', of: (row) => instant(row.slot) },
      kind: { type: 'text', of: (row) => row.reading.kind },
      value: { type: 'float8', of: (row) => fromReading(row.reading).value },
      detail: { type: 'text', of: (row) => fromReading(row.reading).detail },
      threshold: { type: 'float8', of: (row) => row.threshold },
      phase: { type: 'text', of: (row) => row.phase },
      held_ms: { type: 'float8', of: (row) => row.heldMs },
      late_ms: { type: 'float8', of: (row) => row.lateMs },
      definition: { type: 'text', of: digestOf },
      sample_kind: { type: 'text', of: (row) => fromReading(row.samples).kind },
      sample_value: { type: 'float8', of: (row) => fromReading(row.samples).value },
      sample_detail: { type: 'text', of: (row) => fromReading(row.samples).detail },
      counts: { type: 'bool', of: (row) => row.counts },
      settling: { type: 'bool', of: (row) => row.settling },
    },
    rows: readings,
    ending: 'on conflict do nothing',
  });
}

async function insertAsks(sql: Sql, chunk: number, asks: readonly AskRow[]): Promise<void> {
  await bulkInsert<AskRow>(sql, {
    table: 'asks',
    columns: {
      slot: { type: 'timestamptz', of: (row) => instant(row.slot) },
      chunk: { type: 'int', of: () => chunk },
      query: { type: 'text', of: (row) => row.query },
      at: { type: 'timestamptz', of: (row) => instant(row.at) },
      answer_digest: { type: 'text', of: (row) => row.answerDigest },
      took_ms: { type: 'float8', of: (row) => row.tookMs },
      error: { type: 'text', of: (row) => row.error },
    },
    rows: asks,
  });
}
