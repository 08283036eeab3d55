import { memoryQuery, type Reading } from '@lastgood/domain';
import { aService, aTrigger, dayZero } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, monitorSettings, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, expect, it } from 'vitest';

let engine: TestEngine;
beforeEach(async () => {
  engine = createTestEngine();
  await engine.begin();
});

/** The slot in which the breach of two minutes fires. */
const firesAt = 9;
const isPast = (at: number) => at < dayZero - 10_000;
const askedOfThePast = () => engine.metrics.asked.filter(({ at }) => isPast(at)).length;
/** What it asks of the past in one slot: its own question, and whether the source listened. */
const once = 2;
const down: Reading = { kind: 'unreachable', reason: 'HTTP 500 Internal Server Error' };

it('asks of what stays in breach once about the time before, and after five minutes again', async () => {
  engine.answers(0.2, 0.2);
  await engine.tick(firesAt);
  expect(askedOfThePast()).toBe(once);
  await engine.tick(19);
  expect(askedOfThePast()).toBe(once);
  await engine.tick(1);
  expect(askedOfThePast()).toBe(2 * once);
  expect(engine.store.world.decisions.map(({ verdict }) => verdict)).toEqual(['suggest']);
  const slots = engine.store.world.asks.filter(({ at }) => isPast(at)).map(({ slot }) => slot);
  expect([...new Set(slots)]).toEqual([8, 28].map((slot) => dayZero + slot * monitorSettings.intervalMs));
});

it.each<[string, Reading]>([
  ['an error', down],
  ['many series', { kind: 'ambiguous', count: 3 }],
])('asks in every slot of what was answered with %s', async (_words, earlier) => {
  engine = createTestEngine();
  const { policy } = aService();
  await engine.begin({ service: { policy: { ...policy, withoutEvidence: 'wait' } } });
  engine.answers(0.2, earlier);
  await engine.tick(firesAt + 3);
  expect(askedOfThePast()).toBe(4 * once);
  engine.answers(0.2);
  await engine.tick(1);
  expect(engine.store.world.decisions.map(({ verdict }) => verdict)).toEqual(['wait', 'roll_back']);
});

it('asks in every slot where nobody knows whether the source listened then', async () => {
  engine.metrics.answer(({ template }, at) =>
    isPast(at) && template === memoryQuery ? down : { kind: 'value', value: 0.2 },
  );
  await engine.tick(firesAt + 3);
  expect(askedOfThePast()).toBe(4 * once);
});

it('asks again after a restart', async () => {
  engine.answers(0.2, 0.2);
  await engine.tick(firesAt);
  await engine.createTicker('two').tick(dayZero + firesAt * monitorSettings.intervalMs, engine.forever);
  expect(askedOfThePast()).toBe(2 * once);
});

it('says in a later decision when it was asked', async () => {
  engine = createTestEngine();
  const slow = aTrigger({ name: 'slow', query: 'slow', forMs: 150_000 });
  await engine.begin({ service: { triggers: [aTrigger(), slow] } });
  // The first is vetoed; the second, which fires two slots later, is not.
  engine.metrics.answer(({ template }, at) => ({
    kind: 'value',
    value: isPast(at) && template === 'slow' ? 0 : 0.2,
  }));
  await engine.tick(firesAt + 2);
  const last = engine.store.world.decisions.at(-1);
  expect(last?.verdict).toBe('roll_back');
  const basis = last?.basis;
  if (!basis || !('asked' in basis)) throw new Error('a basis was expected');
  const before = basis.asked.filter(({ about }) => about === 'before');
  expect(before.map(({ trigger, part, askedIn }) => [trigger, part, askedIn ?? null])).toEqual([
    ['high_error_rate', 'query', dayZero + 8 * monitorSettings.intervalMs],
    ['high_error_rate', 'memory', dayZero + 8 * monitorSettings.intervalMs],
    ['slow', 'query', null],
    ['slow', 'memory', null],
  ]);
});
