import {
  type BurnRateTrigger,
  burnFrame,
  type Decision,
  type JudgedReading,
  judgeGuardsAgain,
  type Reading,
  type RollbackTrigger,
  replay,
} from '@lastgood/domain';
import { createMonitor } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import { fromJson } from '@lastgood/store/connection/json';
import { query, useStores } from '@lastgood/store/store-harness';
import { beforeEach, expect, test } from 'vitest';
import { createInMemoryMetricSource } from '../fakes/in-memory-metric-source.ts';
import { usePostgres } from '../postgres/use-postgres.ts';
import { createVirtualTime } from '../virtual-time.ts';
import { aBaseline, aDeployment, aService, aTrigger, dayZero, minute } from './builders.ts';
import { monitorSettings } from './test-engine.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const interval = monitorSettings.intervalMs;
let store: Store;
beforeEach(() => {
  store = open();
});

const errors = (over: Partial<RollbackTrigger> = {}) =>
  aTrigger({ name: 'errors', query: 'errors', minSamples: { query: 'count', atLeast: 20 }, ...over });
const latency = aTrigger({
  name: 'latency',
  query: 'latency',
  threshold: 1 / 3,
  forMs: 3 * interval,
  keepFiringMs: minute,
  severity: 'page_and_suggest',
  onNotANumber: 'breach',
});
const { query: _own, ...frame } = aTrigger({ name: 'slo', severity: 'log_only' });
const slo: BurnRateTrigger = {
  ...frame,
  ...burnFrame([
    { rate: 2, longMs: 12 * minute, shortMs: minute },
    { rate: 1, longMs: 30 * minute, shortMs: 3 * minute },
  ]),
  query: 'burn[$WINDOW]',
  objective: 0.9,
};
const logged = aTrigger({ name: 'logged', query: 'logged', comparison: 'less_than', severity: 'log_only' });

const number = (value: number): Reading => ({ kind: 'value', value });
const nan: Reading = { kind: 'not-a-number' };
const none: Reading = { kind: 'no-data' };
const down: Reading = { kind: 'unreachable', reason: 'refused' };
const many: Reading = { kind: 'ambiguous', count: 7 };
const inf = number(Number.POSITIVE_INFINITY);

/** What each query answers, slot by slot; its last answer goes on. */
const script: Record<string, Reading[]> = {
  errors: [number(0.2), number(0.1 + 0.2), nan, number(0.2), none, inf, number(0.07), number(0.2)],
  count: [number(3), number(3), number(30), number(20), down, number(40), many, number(21.5), inf],
  latency: [number(0.1), nan, nan, number(1 / 3), nan, many, inf, nan, nan, nan, nan, number(0)],
  short: [0, 0, 0, 0, 0.1, 0.3, 0.7 / 3, 0.1, 0.1, 0.4, 0.4, 0.4, 0.1, 0.05]
    .map(number)
    .toSpliced(7, 1, nan, many),
  long: [0.2, 0.2, 0.2, 0.2, 0.2, 1 / 3, 0.3, 0.25, 0.25, 0.2, 0.3, 0.25, 0.21, 0.05]
    .map(number)
    .toSpliced(8, 1, none, down),
  logged: [number(Number.NEGATIVE_INFINITY), down, number(0.04), number(1), none, number(1e-300)],
};

/** Slots that nobody judged: a short gap, and one longer than the outage tolerance. */
const missed = (n: number) => n === 9 || n === 10 || (n > 20 && n < 45);

/** The set as it is applied over what was there, from that slot on. */
const applied = new Map([
  [0, errors({ forMs: 3 * minute })],
  [12, errors({ threshold: 0.1, forMs: 10 * minute, onNoData: 'breach' })],
  [14, errors({ threshold: 0.15, minSamples: { query: 'count', atLeast: 4 }, forMs: 2 * minute })],
  [50, errors({ forMs: minute })],
]);

async function watch(slots: number): Promise<void> {
  const time = createVirtualTime(dayZero);
  let lookedBack = 0;
  const metrics = createInMemoryMetricSource(({ template }, at) => {
    // Of the time before the deployment nothing is known when it is first asked for.
    if (at < dayZero - interval / 2) return template === 'errors' && lookedBack++ === 0 ? down : number(0);
    const answers = script[template.replace(/^burn\[1m\]$/, 'short').replace(/^burn.*/, 'long')] ?? [];
    const place = Math.round((at - dayZero) / interval);
    return answers[Math.min(place, answers.length - 1)] ?? none;
  });
  let ids = 0;
  const monitor = createMonitor({
    slots: store.slots,
    deployments: store.deployments,
    metrics,
    clock: time.clock,
    newId: () => `id-${++ids}`,
    replica: 'one',
    settings: monitorSettings,
  });
  for (let n = 0; n < slots; n += 1) {
    const set = applied.get(n);
    if (set) await store.triggerSets.apply({ name: 'web', description: '', triggers: [set] });
    if (n === 0) await begin();
    if (!missed(n)) await monitor.tick(dayZero + n * interval, new AbortController().signal);
    await time.pass(interval);
  }
}

async function begin(): Promise<void> {
  const service = aService({ triggerSets: ['web'], triggers: [latency, logged, slo] });
  await store.services.apply(service, 'test', dayZero);
  await store.deployments.commit({ newDeployments: [aBaseline()] });
  await store.deployments.commit({ newDeployments: [aDeployment()] });
}

test('a watch is judged again from its rows alone, whatever became of its triggers since', async () => {
  await watch(60);
  await store.triggerSets.apply({ name: 'web', description: '', triggers: [errors({ threshold: 9 })] });

  const history = await store.readings.history('d2');
  const replayed = replay(history);
  const stored = new Map(history.map((row) => [`${row.slot} ${row.trigger}`, row]));
  const again = replayed.flatMap(({ slot, judged }) =>
    judged.map(({ trigger, state }) => ({ slot, trigger: trigger.name, ...state })),
  );
  // The burn rate is not asked before its shortest window fits into the age of the deployment.
  expect(again).toHaveLength(34 * 4 - 4);
  for (const { slot, trigger, phase, heldMs } of again)
    expect({ slot, trigger, phase, heldMs }).toEqual({
      slot,
      trigger,
      phase: stored.get(`${slot} ${trigger}`)?.phase,
      heldMs: stored.get(`${slot} ${trigger}`)?.heldMs,
    });

  const watched = await store.views.deployment('d2');
  const last = new Map(replayed.at(-1)?.judged.map(({ trigger, state }) => [trigger.name, state]));
  expect(watched?.triggers.map(({ trigger }) => trigger.name).sort()).toEqual([...last.keys()]);
  for (const { trigger, state } of watched?.triggers ?? []) expect(last.get(trigger.name)).toEqual(state);

  interface DecisionRow {
    slot: number;
    verdict: string;
    wanted: string;
    trigger: string;
    evidence: unknown;
    guards: unknown;
  }
  const decisions = await query<DecisionRow>(
    postgres.url,
    'select slot, verdict, wanted, trigger, evidence, guards from decisions order by slot',
  );
  const bySlot = new Map(replayed.map((one) => [one.slot, one]));
  for (const { slot, wanted, trigger, evidence, guards } of decisions) {
    const { judged: _, ...said } = bySlot.get(slot) ?? { judged: [] };
    const byName = fromJson<Decision['evidence']>(evidence).sort((a, b) => (a.trigger < b.trigger ? -1 : 1));
    expect(said).toEqual({ slot, wanted, trigger, evidence: byName });
    const known = { guards: fromJson<Decision['guards']>(guards), evidence: byName };
    expect(judgeGuardsAgain(known)).toEqual(known.guards);
  }
  expect(decisions.map(({ verdict }) => verdict)).toEqual(['record', 'suggest', 'wait', 'roll_back']);
  expect(new Set(again.map(({ phase }) => phase))).toEqual(
    new Set(['unknown', 'inactive', 'pending', 'firing']),
  );
  // Each thing kept is needed: without it the past comes out differently.
  expect(replay(history.map((row) => ({ ...row, samples: null })))).not.toEqual(replayed);
  const ofParts = history.filter(({ parts }) => parts !== undefined);
  expect(new Set(ofParts.map(({ reading }) => reading.kind)).size).toBeGreaterThan(2);
  expect(new Set(ofParts.map(({ phase }) => phase))).toEqual(new Set(['firing']));
  const misread = (row: JudgedReading): JudgedReading =>
    row.parts ? { ...row, parts: row.parts.filter(({ name }) => name.endsWith('long')) } : row;
  expect(replay(history.map(misread))).not.toEqual(replayed);
  // A reading whose parts were kept is what they make of it, and of what was packed the number is.
  const unread = ofParts.map((row) => ({ ...row, reading: none }));
  const rest = history.filter(({ parts }) => parts === undefined);
  expect(replay([...rest, ...unread])).toEqual(replayed);
  expect(replay(history.map((row) => ({ ...row, settling: true })))).not.toEqual(replayed);
  expect(replay(history.map((row) => ({ ...row, counts: !row.counts })))).not.toEqual(replayed);
  const digests = await query(postgres.url, 'select count(*) from trigger_definitions');
  expect(digests).toEqual([{ count: 7 }]);
});
