import {
  advanceTrigger,
  type BurnRateTrigger,
  burnFrame,
  isMetricPart,
  type Reading,
  type RollbackTrigger,
  type TriggerState,
} from '@lastgood/domain';
import { triggerKind } from '@lastgood/domain/trigger/kinds/index';
import { createMonitor } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import { useStores } from '@lastgood/store/store-harness';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInMemoryMetricSource } from '../fakes/in-memory-metric-source.ts';
import { usePostgres } from '../postgres/use-postgres.ts';
import { createVirtualTime } from '../virtual-time.ts';
import { aBaseline, aDeployment, aService, aTrigger, dayZero, minute, onlyWatched } from './builders.ts';
import { monitorSettings } from './test-engine.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const { intervalMs, outageToleranceMs } = monitorSettings;
const rules = { intervalMs, outageToleranceMs };

const { query: _own, ...frame } = aTrigger({ name: 'slo', severity: 'log_only' });
const slo: BurnRateTrigger = {
  ...frame,
  ...burnFrame([{ rate: 2, longMs: 4 * minute, shortMs: minute }]),
  query: 'burn[$WINDOW]',
  objective: 0.9,
  keepFiringMs: 30_000,
};
const triggers: RollbackTrigger[] = [
  aTrigger({ name: 'held', query: 'a', forMs: 4 * intervalMs, severity: 'log_only' }),
  aTrigger({
    ...{ name: 'kept', query: 'b', forMs: intervalMs, keepFiringMs: minute, severity: 'log_only' },
    ...{ onNotANumber: 'breach', initialDelayMs: 2 * intervalMs },
  }),
  slo,
];

const value = (number: number): Reading => ({ kind: 'value', value: number });
const others: Reading[] = [
  { kind: 'no-data' },
  { kind: 'not-a-number' },
  { kind: 'unreachable', reason: 'refused' },
  { kind: 'ambiguous', count: 2 },
];
const reading = fc.oneof(
  { weight: 5, arbitrary: fc.constant(value(0.4)) },
  { weight: 3, arbitrary: fc.constant(value(0.01)) },
  { weight: 2, arbitrary: fc.constantFrom(...others) },
);
const queries = ['a', 'b', 'short', 'long'];
/** A slot that nobody judged, or what each query answers in it; what follows is judged after a restart or by another replica. */
const slots = fc.array(fc.option(fc.tuple(...queries.map(() => reading)), { freq: 6, nil: null }), {
  minLength: 20,
  maxLength: 20,
});

/** Which of the answers a query gets; the long window while it is as short as the short one is that. */
function nameOf(template: string): string {
  if (template === 'burn[1m]') return 'short';
  return template.startsWith('burn') ? 'long' : template;
}

let deployments = 0;

test('whoever judges a slot, a restarted process or another replica, goes on with every hold exactly', async () => {
  const ended = new Set<string>();
  await fc.assert(
    fc.asyncProperty(slots, async (script) => {
      deployments += 1;
      const began = dayZero + deployments * 3_600_000;
      let store = open();
      await begin(store, began);
      const metrics = createInMemoryMetricSource(({ template }, at) => {
        return (
          script[Math.round((at - began) / intervalMs)]?.[queries.indexOf(nameOf(template))] ?? {
            kind: 'no-data',
          }
        );
      });
      const expected = new Map<string, TriggerState>();
      for (const [n, answers] of script.entries()) {
        if (!answers) continue;
        const slot = began + n * intervalMs;
        if (n % 6 === 5) store = open();
        await judge(store, metrics, slot, `replica ${n % 3}`);
        advanceAll(expected, slot, slot - began, answers);
        const [claim] = [await store.slots.claim(slot + 1, 0, 'reader', 1)];
        const found = claim ? await store.slots.watched(claim, onlyWatched) : [];
        const states = found
          .filter(({ deployment }) => deployment.id === `d${deployments}`)
          .flatMap((one) => one.triggers);
        for (const { trigger, state } of states) {
          const { parts: _shown, ...kept } = state ?? { parts: [] };
          expect(state && kept).toEqual(expected.get(trigger.name) ?? null);
        }
        expect(states).toHaveLength(triggers.length);
      }
      for (const { phase, everFired } of expected.values()) ended.add(`${phase} ${everFired}`);
    }),
    { numRuns: 2, seed: 12 },
  );
  expect([...ended].some((one) => one.endsWith('true'))).toBe(true);
}, 120_000);

async function begin(store: Store, startedAt: number): Promise<void> {
  const name = `web${deployments}`;
  const service = aService({ name, triggers });
  await store.services.apply(service, 'test', startedAt);
  const ids = { service: service.key, startedAt };
  await store.deployments.commit({ newDeployments: [aBaseline({ ...ids, id: `b${deployments}` })] });
  await store.deployments.commit({ newDeployments: [aDeployment({ ...ids, id: `d${deployments}` })] });
}

async function judge(
  store: Store,
  metrics: ReturnType<typeof createInMemoryMetricSource>,
  slot: number,
  replica: string,
) {
  const { clock } = createVirtualTime(slot + 300);
  const monitor = createMonitor({
    ...{ slots: store.slots, deployments: store.deployments, metrics, clock, replica },
    ...{ newId: () => `${slot}`, settings: { ...monitorSettings, offsetMs: 0 } },
  });
  const report = await monitor.tick(slot, new AbortController().signal);
  expect(report.chunks).toBeGreaterThan(0);
}

/** The same by hand: one process that never ends. */
function advanceAll(
  states: Map<string, TriggerState>,
  slot: number,
  ageMs: number,
  answers: readonly Reading[],
): void {
  const answerTo = (name: string) => answers[queries.indexOf(name)] ?? { kind: 'no-data' as const };
  for (const trigger of triggers) {
    if (ageMs < trigger.initialDelayMs) continue;
    const kind = triggerKind(trigger);
    const parts = kind
      .ask(trigger, { variables: {}, ageMs, toldApartBy: [] })
      .filter(isMetricPart)
      .map(({ name, question }) => ({ name, reading: answerTo(nameOf(question.template)) }));
    const own = kind.judge(trigger, parts);
    const before = states.get(trigger.name) ?? null;
    const given = { trigger, before, slot, rules, samples: null, counts: false, settling: false };
    states.set(trigger.name, advanceTrigger({ ...given, reading: own }).state);
  }
}
