import type { QueryClient, WireAnswer } from '@lastgood/adapters/metrics/prometheus/query-client';
import type { MetricSource, Reading, SlotStore } from '@lastgood/domain';
import type { MonitorSettings } from '@lastgood/engine';
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
  /** Any gap begins the hold anew. */
  'gap-begins-anew',
  /** A new process knows nothing of the holds of the one before. */
  'hold-lost-on-restart',
  /** The cooldown begins though the decision was not committed. */
  'cooldown-before-commit',
] as const;

export type PlantedFault = (typeof plantedFaults)[number];

export function settingsWith(planted: PlantedFault | null, settings: MonitorSettings): MonitorSettings {
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
      return answer.kind === 'answered' ? altered(planted, answer) : answer;
    },
  };
}

function altered(planted: PlantedFault | null, answer: WireAnswer & { kind: 'answered' }): WireAnswer {
  if (planted === 'status-ignored') return { ...answer, status: 200 };
  const isWire = planted === 'partial-believed' || planted === 'first-of-many';
  if (!isWire || answer.status !== 200 || !answer.body.toString().endsWith('}')) return answer;
  const { warnings, ...body } = JSON.parse(answer.body.toString()) as {
    data?: { result: Row[] };
    warnings?: string[];
  };
  if (!body.data) return answer;
  const { result } = body.data;
  if (planted === 'first-of-many')
    body.data.result = [...new Map(result.map((row) => [JSON.stringify(row.metric), row])).values()];
  const kept = planted === 'partial-believed' ? body : { ...body, ...(warnings ? { warnings } : {}) };
  return { ...answer, body: Buffer.from(JSON.stringify(kept)) };
}

/** Planted in what a process knows of the store. `isFirst`: whether it reads for the first time. */
export function slotsWith(planted: PlantedFault | null, slots: SlotStore): SlotStore {
  let isFirst = true;
  return {
    ...slots,
    async watched(claim, pace) {
      const found = await slots.watched(claim, pace);
      const forgets = planted === 'hold-lost-on-restart' && isFirst;
      isFirst = false;
      if (!forgets) return found;
      return found.map((one) => ({
        ...one,
        triggers: one.triggers.map(({ trigger }) => ({ trigger, state: null })),
      }));
    },
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
