import type { TriggerState } from '@lastgood/domain';
import { instant } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { numbers } from '../reading/read-readings.ts';
import { partsFrom, toReading } from '../rows/trigger-row.ts';
import type { StatesOf } from './trigger-states.ts';

/**
 * How triggers stand, of however many deployments, without judging again what was packed: a row tells everything but the newest
 * number of what is at rest, and when it was read is told by the newest packed reading. So `reading` and the slots counted may be as
 * old as the row is; phase, hold and trouble are as `loadTriggerStates` has them, and the newest slots if they are not older.
 *
 * @param since what was read before is as old as its row says
 */
export async function loadRestStates(
  { sql }: StoreContext,
  ids: readonly string[],
  since: number,
): Promise<StatesOf> {
  const [rows, read] = await Promise.all([
    sql<StoredState>('select * from trigger_states where deployment_id = any($1::text[])', [ids]),
    sql<{ deployment_id: string; trigger: string; slot: number }>(newestPacked, [ids, instant(since)]),
  ]);
  const newest = new Map(read.rows.map((row) => [`${row.deployment_id} ${row.trigger}`, row.slot]));
  const states = new Map<string, Map<string, TriggerState>>();
  const unreadable = new Map<string, unknown>();
  for (const row of rows.rows) {
    const { deployment_id: deploymentId, trigger } = row;
    try {
      const state = readAt(toState(row), newest.get(`${deploymentId} ${trigger}`));
      states.set(deploymentId, (states.get(deploymentId) ?? new Map()).set(trigger, state));
    } catch (error) {
      unreadable.set(deploymentId, error);
    }
  }
  return (deploymentId) => {
    if (unreadable.has(deploymentId)) throw unreadable.get(deploymentId);
    return states.get(deploymentId) ?? new Map();
  };
}

/** Each number of a series is in the row of its place; a place has one row in a slot. */
const newestPacked = `
  with s as materialized (
    select id, deployment_id, trigger, chunk, shard from reading_series
    where deployment_id = any($1::text[]) and day >= $2::timestamptz - interval '1 day'),
  newest as (
    select n.series, max(p.slot) as slot
    from (select distinct chunk, shard from s) place
      join packed_readings p on p.chunk = place.chunk and p.shard = place.shard and p.slot > $2
      cross join ${numbers}
    group by n.series)
  select s.deployment_id, s.trigger, max(newest.slot) as slot
  from newest join s on s.id = newest.series group by s.deployment_id, s.trigger`;

function readAt(state: TriggerState, slot: number | undefined): TriggerState {
  if (slot === undefined || (state.lastSlot !== null && slot <= state.lastSlot)) return state;
  const hasSaid = state.lastJudgedSlot !== null && state.lastJudgedSlot === state.lastSlot;
  return { ...state, lastSlot: slot, lastJudgedSlot: hasSaid ? slot : state.lastJudgedSlot };
}

/** A row of `trigger_states` as a statement of our own gives it. */
interface StoredState {
  deployment_id: string;
  trigger: string;
  phase: TriggerState['phase'];
  since: number;
  held_ms: number;
  last_slot: number | null;
  last_judged_slot: number | null;
  last_breach_slot: number | null;
  reading_kind: string | null;
  reading_value: number | null;
  reading_detail: string | null;
  reading_parts: unknown;
  trouble_since: number | null;
  trouble_reason: string | null;
  companion_kind: string | null;
  companion_value: number | null;
  companion_detail: string | null;
  companion_trouble_since: number | null;
  companion_trouble_reason: string | null;
  slots_asked: number;
  slots_healthy: number;
  ever_fired: boolean;
}

function toState(row: StoredState): TriggerState {
  const companion = toReading({
    kind: row.companion_kind,
    value: row.companion_value,
    detail: row.companion_detail,
  });
  return {
    phase: row.phase,
    since: row.since,
    heldMs: row.held_ms,
    lastSlot: row.last_slot,
    lastJudgedSlot: row.last_judged_slot,
    lastBreachSlot: row.last_breach_slot,
    reading: toReading({ kind: row.reading_kind, value: row.reading_value, detail: row.reading_detail }),
    ...partsFrom(row.reading_parts),
    troubleSince: row.trouble_since,
    troubleReason: row.trouble_reason,
    companion: companion && {
      reading: companion,
      troubleSince: row.companion_trouble_since,
      troubleReason: row.companion_trouble_reason,
    },
    slotsAsked: row.slots_asked,
    slotsHealthy: row.slots_healthy,
    everFired: row.ever_fired,
  };
}
