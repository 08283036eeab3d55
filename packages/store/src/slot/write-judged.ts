import {
  isCalm,
  type JudgedReading,
  type SlotClaim,
  type SlotCommit,
  type TriggerState,
} from '@lastgood/domain';
import { instant, type Sql } from '../connection/pool.ts';
import { fromReading, type ReadingColumns } from '../rows/trigger-row.ts';
import { bulkInsert, bulkMerge } from '../write/insert.ts';
import { writeAsks } from './write-asks.ts';
import { writeDefinitions } from './write-definitions.ts';
import { writePackedReadings } from './write-packed-readings.ts';

/** States, readings, asks and trips of one judged chunk. */
export async function writeJudged(sql: Sql, claim: SlotClaim, commit: SlotCommit): Promise<void> {
  await sql('update slots set late_ms = $3 where slot = $1 and chunk = $2', [
    instant(claim.slot),
    claim.chunk,
    commit.lateMs,
  ]);
  await mergeStates(sql, commit.states);
  await writeReadings(sql, claim, commit);
  await writeAsks(sql, claim, commit.asks);
  await sql(
    `insert into trips (slot, service_key) select $1, service from unnest($2::text[]) as service
     on conflict do nothing`,
    [instant(claim.slot), commit.tripped],
  );
}

async function mergeStates(sql: Sql, states: SlotCommit['states']): Promise<void> {
  await bulkMerge<SlotCommit['states'][number]>(sql, {
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
    key: ['deployment_id', 'trigger'],
  });
}

function companionOf({ companion }: TriggerState): ReadingColumns {
  return fromReading(companion?.reading ?? null);
}

/** Readings in which nothing happened are packed. One that is there already stays: a slot is judged once. */
async function writeReadings(sql: Sql, claim: SlotClaim, commit: SlotCommit): Promise<void> {
  const { readings, lateMs } = commit;
  const digestOf = await writeDefinitions(sql, readings);
  // A pack says once when it was judged.
  const packs = (one: JudgedReading) => isCalm(one) && one.slot === claim.slot && one.lateMs === lateMs;
  await writePackedReadings(sql, claim, { readings: readings.filter(packs), lateMs, digestOf });
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
    rows: readings.filter((one) => !packs(one)),
    ending: 'on conflict do nothing',
  });
}
