import type { QueryClient, WireAnswer } from '@lastgood/adapters/metrics/prometheus/query-client';
import type { MetricSource, Reading, SlotStore, TriggerState, Watched } from '@lastgood/domain';
import type { MonitorSettings } from '@lastgood/engine';
import { slotMs } from './fault-plan.ts';
import type { Row } from './simulated-prometheus.ts';

/** What might be wrong with Lastgood. Each must be noticed. */
export const plantedFaults = [
  /** Nothing is read as 0. */
  'empty-is-zero',
  /** No number is read as 0. */
  'no-number-is-zero',
  /** Who cannot be asked is taken for healthy. */
  'unreachable-is-healthy',
  /** Of many series the first is taken. */
  'first-of-many',
  /** A part of the data is taken for all of it. */
  'partial-believed',
  /** A body is believed whatever the status. */
  'status-ignored',
  /** An old answer is taken for a new one. */
  'cache-believed',
  /** The hold counts the whole of a gap, whatever is tolerated. */
  'gap-counts-whole',
  /** Any gap begins the hold anew. */
  'gap-begins-anew',
  /** A new process knows nothing of the holds of the one before. */
  'hold-lost-on-restart',
  /** The cooldown begins though the decision was not committed. */
  'cooldown-before-commit',
] as const;

export type PlantedFault = (typeof plantedFaults)[number];

export function settingsWith(planted: PlantedFault | null, settings: MonitorSettings): MonitorSettings {
  if (planted === 'gap-counts-whole') return { ...settings, outageToleranceMs: Number.POSITIVE_INFINITY };
  if (planted === 'gap-begins-anew') return { ...settings, outageToleranceMs: settings.intervalMs };
  return settings;
}

/** Planted in what the source is read as. */
export function sourceWith(planted: PlantedFault | null, source: MetricSource): MetricSource {
  const misread = (reading: Reading): Reading => {
    const zero = { kind: 'value', value: 0 } as const;
    if (planted === 'empty-is-zero' && reading.kind === 'no-data') return zero;
    if (planted === 'no-number-is-zero' && reading.kind === 'not-a-number') return zero;
    if (planted === 'unreachable-is-healthy' && reading.kind === 'unreachable') return zero;
    return reading;
  };
  return {
    ...source,
    read: async (...args) =>
      (await source.read(...args)).map((answer) => ({ ...answer, reading: misread(answer.reading) })),
  };
}

/** Planted in what comes over the wire. */
export function clientWith(planted: PlantedFault | null, client: QueryClient): QueryClient {
  return {
    ...client,
    query: async (text, at, signal) => {
      const answer = await client.query(text, at, signal);
      return answer.kind === 'answered' ? altered(planted, answer, at) : answer;
    },
  };
}

const inTheBody: ReadonlySet<PlantedFault | null> = new Set([
  ...(['partial-believed', 'first-of-many', 'cache-believed'] as const),
]);

function altered(
  planted: PlantedFault | null,
  answer: WireAnswer & { kind: 'answered' },
  at: number | null,
): WireAnswer {
  if (planted === 'status-ignored') return { ...answer, status: 200 };
  if (!inTheBody.has(planted) || answer.status !== 200 || !answer.body.toString().endsWith('}'))
    return answer;
  const { warnings, ...body } = JSON.parse(answer.body.toString()) as {
    data?: { result: Row[] };
    warnings?: string[];
  };
  if (!body.data) return answer;
  const { result } = body.data;
  if (planted === 'first-of-many')
    body.data.result = [...new Map(result.map((row) => [JSON.stringify(row.metric), row])).values()];
  if (planted === 'cache-believed' && at !== null)
    for (const row of result) row.value = [at / 1000, row.value[1]];
  const kept = planted === 'partial-believed' ? body : { ...body, ...(warnings ? { warnings } : {}) };
  return { ...answer, body: Buffer.from(JSON.stringify(kept)) };
}

/** Planted in what a process knows of the store. */
export function slotsWith(planted: PlantedFault | null, slots: SlotStore): SlotStore {
  if (planted === 'hold-lost-on-restart') return forgetsAtFirst(slots);
  return planted === 'gap-counts-whole' ? countsWholeGaps(slots) : slots;
}

function forgetsAtFirst(slots: SlotStore): SlotStore {
  let isFirst = true;
  return {
    ...slots,
    async watched(claim, pace) {
      const found = await slots.watched(claim, pace);
      const forgets = isFirst;
      isFirst = false;
      return forgets ? found.map((one) => withStates(one, () => null)) : found;
    },
  };
}

/** A breach that is read after a gap counts all of it, not one interval. */
function countsWholeGaps(slots: SlotStore): SlotStore {
  const unseenMs = (state: Pick<TriggerState, 'phase' | 'lastBreachSlot'>, slot: number) =>
    state.phase === 'pending' && state.lastBreachSlot !== null
      ? Math.max(0, slot - state.lastBreachSlot - slotMs)
      : 0;
  return {
    ...slots,
    async watched(claim, pace) {
      const counted = (state: TriggerState | null) =>
        state && { ...state, heldMs: state.heldMs + unseenMs(state, claim.slot) };
      return (await slots.watched(claim, pace)).map((one) => withStates(one, counted));
    },
    // Where there is no breach yet, the gap goes on, and is counted when there is one.
    commit: (claim, tripped, judge) =>
      slots.commit(claim, tripped, (fleet) => {
        const commit = judge(fleet);
        const states = commit.states.map(({ state, ...of }) => ({
          ...of,
          state: { ...state, heldMs: state.heldMs - unseenMs(state, claim.slot) },
        }));
        return { ...commit, states };
      }),
  };
}

function withStates(one: Watched, known: (state: TriggerState | null) => TriggerState | null): Watched {
  return {
    ...one,
    triggers: one.triggers.map(({ trigger, state }) => ({ trigger, state: known(state) })),
  };
}

/** Planted in the store itself, which outlives every process: what it remembers of decisions that were never committed. */
export function lostCommits(planted: PlantedFault | null): {
  onLost(slot: number, tripped: readonly string[]): void;
  remembered(slots: SlotStore): SlotStore;
} {
  const attempts = new Map<string, number>();
  return {
    onLost(slot, tripped) {
      if (planted === 'cooldown-before-commit') for (const service of tripped) attempts.set(service, slot);
    },
    remembered: (slots) => ({
      ...slots,
      watched: async (claim, pace) =>
        (await slots.watched(claim, pace)).map((one) => ({
          ...one,
          lastAttemptAt: one.lastAttemptAt ?? attempts.get(one.service.key) ?? null,
        })),
    }),
  };
}
