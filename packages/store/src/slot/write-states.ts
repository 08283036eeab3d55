import type { JudgedReading, SlotCommit, TriggerState } from '@lastgood/domain';
import { arrayLiteral } from '../connection/array-literal.ts';
import { toJson } from '../connection/json.ts';
import { instant, parameters, type Sql } from '../connection/pool.ts';
import { asStored, fromReading, type ReadingColumns } from '../rows/trigger-row.ts';
import { type KnownStates, restMs, standingRestMs } from '../trigger/trigger-states.ts';
import type { Columns } from '../write/insert.ts';

type StateOfTrigger = SlotCommit['states'][number];

/**
 * Writes how triggers stand. Of one whose reading was packed, and of which nothing changed but what readings at rest change, it is
 * written once in `restMs`, where its deployment stands in `standingRestMs`: `loadTriggerStates` adds what was packed since. All else is written at once, so that whatever asks a
 * row for its phase, its hold, its trouble or whether it stands still needs no more than the row.
 *
 * Where it is `known` what the rows say, those that stay as they are are not even sent: the database compared 1,000 of a chunk in
 * 7 ms to find none that had to be written. Returns what is known then.
 */
export async function writeStates(
  sql: Sql,
  states: readonly StateOfTrigger[],
  packed: ReadonlySet<JudgedReading>,
  known: ReadonlyMap<string, KnownStates>,
): Promise<Map<string, KnownStates>> {
  const atRest = placesOf(packed);
  const isAtRest = (one: StateOfTrigger) => atRest.get(one.deploymentId)?.has(one.trigger) === true;
  const next = new Map(known);
  const written: StateOfTrigger[] = [];
  for (const [deploymentId, ofDeployment] of Map.groupBy(states, (one) => one.deploymentId)) {
    const before = known.get(deploymentId);
    const after = new Map(before);
    for (const one of ofDeployment) {
      const state = asStored(one.state);
      const row = before?.get(one.trigger)?.row;
      const stays = row !== undefined && isAtRest(one) && staysAsItIs(row, one);
      if (!stays) written.push(one);
      after.set(one.trigger, stays ? { state: withoutParts(state), row } : { state, row: state });
    }
    next.set(deploymentId, after);
  }
  await mergeStates(sql, written, isAtRest);
  return next;
}

function placesOf(readings: ReadonlySet<JudgedReading>): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const { deploymentId, trigger } of readings) {
    const ofDeployment = places.get(deploymentId);
    if (ofDeployment) ofDeployment.add(trigger);
    else places.set(deploymentId, new Set([trigger]));
  }
  return places;
}

/** What is known without a row: packs keep no parts. */
function withoutParts(state: TriggerState): TriggerState {
  if (!('parts' in state)) return state;
  const { parts: _, ...rest } = state;
  return rest;
}

/** Whether a row stays that says `row`; the same as the `merge` asks. */
function staysAsItIs(row: TriggerState, { state, standing }: StateOfTrigger): boolean {
  const rest = standing ? standingRestMs : restMs;
  if (row.lastSlot === null || state.lastSlot === null || state.lastSlot >= row.lastSlot + rest) return false;
  const now = keptOf(state);
  return keptOf(row).every((value, index) => value === now[index]);
}

/**
 * A `merge`, because an `on conflict do update` locks each row before it changes it, which the log would have to tell; the row
 * of the chunk is locked, so nobody else writes these.
 */
async function mergeStates(
  sql: Sql,
  states: readonly StateOfTrigger[],
  isAtRest: (one: StateOfTrigger) => boolean,
): Promise<void> {
  if (states.length === 0) return;
  const given: Columns<StateOfTrigger> = {
    ...columns,
    at_rest: { type: 'bool', of: isAtRest },
    rest_ms: { type: 'float8', of: ({ standing }: StateOfTrigger) => (standing ? standingRestMs : restMs) },
  };
  const { values, add } = parameters();
  const arrays = Object.values(given).map(
    ({ type, of }) => `${add(arrayLiteral(states.map(of)))}::${type}[]`,
  );
  const names = Object.keys(columns);
  await sql(
    `merge into trigger_states as t
     using unnest(${arrays.join(', ')}) as given(${Object.keys(given).join(', ')})
     on t.deployment_id = given.deployment_id and t.trigger = given.trigger
     when matched and (not given.at_rest or t.last_slot is null
         or given.last_slot >= t.last_slot + given.rest_ms * interval '1 ms'
         or (${keptAtRest('t')}) is distinct from (${keptAtRest('given')})) then
       update set ${names.map((name) => `${name} = given.${name}`).join(', ')}
     when not matched then
       insert (${names.join(', ')}) values (${names.map((name) => `given.${name}`).join(', ')})`,
    values,
    'prepared',
  );
}

/** What does not change from one reading at rest to the next, and whether the newest said something. */
function keptAtRest(row: string): string {
  const names = [
    'phase',
    'since',
    'held_ms',
    'last_breach_slot',
    'trouble_since',
    'trouble_reason',
    'ever_fired',
  ];
  const all = [...names, 'companion_trouble_since', 'companion_trouble_reason'].map(
    (name) => `${row}.${name}`,
  );
  return [...all, `${row}.last_judged_slot is not distinct from ${row}.last_slot`].join(', ');
}

/** The same, of a state. */
function keptOf(state: TriggerState): unknown[] {
  const { phase, since, heldMs, lastBreachSlot, troubleSince, troubleReason, everFired, companion } = state;
  const [companionSince, companionReason] = [
    companion?.troubleSince ?? null,
    companion?.troubleReason ?? null,
  ];
  const isJudged = state.lastJudgedSlot === state.lastSlot;
  return [
    phase,
    since,
    heldMs,
    lastBreachSlot,
    troubleSince,
    troubleReason,
    everFired,
    companionSince,
    companionReason,
    isJudged,
  ];
}

const columns: Columns<StateOfTrigger> = {
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
  reading_parts: { type: 'jsonb', of: ({ state }) => toJson(state.parts ?? null) },
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
};

function companionOf({ companion }: TriggerState): ReadingColumns {
  return fromReading(companion?.reading ?? null);
}
