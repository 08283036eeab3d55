import {
  type Decision,
  defaultPolicy,
  memoryQuery,
  type Reading,
  type RollbackTrigger,
  type Watched,
} from '@lastgood/domain';
import { backtest } from '@lastgood/domain/trial/backtest';
import { runTrial, type Trial, type TriedSlot } from '@lastgood/domain/trial/run-trial';
import { aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, monitorSettings, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/*
 * A trial of triggers on written readings ends as the monitor's own slots do: the engine ticks over its store in memory, with states
 * stored and read again between slots, and what it has stored is held against what the trial says.
 */

const { intervalMs } = monitorSettings;
const startsAt = dayZero;

const value = (of: number): Reading => ({ kind: 'value', value: of });
const reading: fc.Arbitrary<Reading> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(0, 0.5, 0.6, 1, Number.POSITIVE_INFINITY).map(value) },
  fc.constantFrom<Reading>(
    { kind: 'no-data' },
    { kind: 'not-a-number' },
    { kind: 'unreachable', reason: 'refused' },
    { kind: 'ambiguous', count: 3 },
  ),
);

/** Runs of the same: single readings at random hardly ever hold. */
const readings = fc
  .array(fc.tuple(reading, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 6 })
  .map((runs) => runs.flatMap(([one, times]) => Array<Reading>(times).fill(one)));

const policies = fc.constantFrom('hold', 'healthy', 'breach' as const);

const tried = fc.record({
  trigger: fc.record({
    comparison: fc.constantFrom('greater_than', 'less_than' as const),
    forMs: fc.constantFrom(0, 10_000, 30_000, 45_000, 2 * minute),
    severity: fc.constantFrom('auto_rollback', 'auto_rollback', 'page_and_suggest', 'log_only' as const),
    shadow: fc.constantFrom(false, false, false, true),
    onNoData: policies,
    onNotANumber: policies,
    initialDelayMs: fc.constantFrom(0, 0, 40_000),
    keepFiringMs: fc.constantFrom(0, 30_000),
  }),
  minSamples: fc.constantFrom(null, null, 10),
  readings,
  samples: readings,
  before: fc.oneof({ weight: 3, arbitrary: fc.constant(value(0.5)) }, reading),
});

const worlds = fc.record({
  triggers: fc.array(tried, { minLength: 1, maxLength: 3 }),
  missed: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 4 }),
  /** A gap as long as an outage may last, and longer. */
  away: fc.constantFrom(0, 0, 0, 19, 20, 21),
  isRollback: fc.constantFrom(false, false, false, true),
  memory: fc.constantFrom<Reading>(value(1), value(1), { kind: 'no-data' }),
  policy: fc.record({
    withoutEvidence: fc.constantFrom('suggest', 'act', 'wait' as const),
    evidenceWaitSlots: fc.integer({ min: 0, max: 3 }),
    cooldownMs: fc.constantFrom(minute, 5 * minute),
  }),
  maxAutomaticPerHour: fc.constantFrom(0, 5, 5, 5),
});

type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

interface Answered {
  trigger: RollbackTrigger;
  readings: readonly Reading[];
  samples: readonly Reading[];
  before: Reading;
}

function answeredOf({ triggers }: World): Answered[] {
  return triggers.map((one, index) => ({
    ...one,
    trigger: aTrigger({
      ...one.trigger,
      name: `t${index}`,
      query: `q${index}`,
      threshold: 0.5,
      ...(one.minSamples === null ? {} : { minSamples: { query: `s${index}`, atLeast: 0.5 } }),
    }),
  }));
}

const slotsOf = ({ missed, away, triggers }: World): number[] => {
  const length = Math.max(...triggers.map((one) => one.readings.length));
  return Array.from({ length: length + away + 5 }, (_, index) => index)
    .filter((index) => !missed.includes(index) && !(away > 0 && index > 4 && index <= 4 + away))
    .map((index) => startsAt + index * intervalMs);
};

const last = (of: readonly Reading[], slot: number): Reading =>
  of[Math.min(of.length - 1, (slot - startsAt) / intervalMs)] ?? { kind: 'no-data' };

const down: Reading = { kind: 'unreachable', reason: 'refused' };

const acting = { withoutEvidence: 'act', evidenceWaitSlots: 2, cooldownMs: minute } as const;

const anyTrigger: World['triggers'][number] = {
  trigger: {
    ...{ comparison: 'greater_than', forMs: 30_000, severity: 'auto_rollback', shadow: false },
    ...{ onNoData: 'hold', onNotANumber: 'hold', initialDelayMs: 0, keepFiringMs: 0 },
  },
  ...{ minSamples: null, readings: Array<Reading>(8).fill(value(1)), samples: [value(1)], before: value(0) },
};

const anyWorld: Omit<World, 'triggers'> = {
  ...{ missed: [], away: 0, isRollback: false, memory: value(1), maxAutomaticPerHour: 5 },
  policy: { ...acting, withoutEvidence: 'suggest' },
};

async function begun(world: World, answered: readonly Answered[]): Promise<TestEngine> {
  const engine = createTestEngine();
  const triggers = answered.map(({ trigger }) => trigger);
  const done = { status: 'completed', completedAt: startsAt, watchEndsAt: startsAt + 30 * minute } as const;
  await engine.begin({
    service: { triggers, policy: { ...defaultPolicy, ...world.policy } },
    deployment: world.isRollback ? { origin: 'rollback', ...done } : {},
  });
  engine.metrics.answer(({ template }, at) => {
    if (template === memoryQuery) return world.memory;
    const one = answered[Number(template.slice(1))];
    if (!one) throw new Error(`nobody asks ${template}`);
    const isBefore = at < startsAt - intervalMs / 2;
    if (template.startsWith('s'))
      return isBefore ? value(1) : last(one.samples, at + monitorSettings.offsetMs);
    return isBefore ? one.before : last(one.readings, at + monitorSettings.offsetMs);
  });
  return engine;
}

function answersOf(world: World, answered: readonly Answered[]): Pick<Trial, 'answers'> {
  const of = (trigger: RollbackTrigger) => answered.find((one) => one.trigger.name === trigger.name);
  return {
    answers: {
      part: (trigger, _part, slot) => last(of(trigger)?.readings ?? [], slot),
      samples: (trigger, slot) => last(of(trigger)?.samples ?? [], slot),
      before: (trigger) => ({
        reading: of(trigger)?.before ?? { kind: 'no-data' },
        samples: trigger.minSamples ? value(1) : null,
        memory: world.memory,
      }),
    },
  };
}

function tryOut(world: World, watched: Watched, answered: readonly Answered[]): TriedSlot[] {
  return runTrial({
    watched,
    slots: slotsOf(world),
    ...answersOf(world, answered),
    rules: monitorSettings,
    brakes: brakesOf(world),
    fleet: { automaticInLastHour: 0, trippedInSlot: 0 },
  });
}

const brakesOf = ({ maxAutomaticPerHour }: World) => ({ ...monitorSettings.brakes, maxAutomaticPerHour });

/** What is compared of a decision; ids and evidence are the store's. */
const inWords = ({ slot, verdict, wanted, trigger, restraints, sentence, guards }: Decision) => ({
  ...{ slot, verdict, wanted, trigger, restraints, sentence, guards },
});

const bySlot = (a: { slot: number; trigger: string }, b: { slot: number; trigger: string }) =>
  a.slot - b.slot || a.trigger.localeCompare(b.trigger);

/** The same, of the past: what was stored live is what a backtest finds in the samples of then. */
function backtestAgrees(
  world: World,
  { deployment, service }: Watched,
  answered: readonly Answered[],
  trigger: RollbackTrigger,
  engine: TestEngine,
): void {
  const { answers } = answersOf(world, answered);
  const frame = { deployment, service, answers, label: 'bad', badAt: startsAt + 60 * minute } as const;
  const slots = slotsOf(world).toReversed();
  const earlier = [startsAt - intervalMs, ...slots];
  const past = { ...frame, slots: earlier, until: startsAt + 60 * minute };
  const found = backtest(trigger, [past], monitorSettings).deployments[0];
  const stored = engine.store.world.readings
    .filter((one) => one.trigger === trigger.name)
    .map(({ slot, reading: read, phase, heldMs }) => ({ slot, reading: read, phase, heldMs }));
  expect(found?.points).toEqual(stored);
  const fired = engine
    .events('trigger.fired')
    .filter(({ data }) => data?.trigger === trigger.name)
    .map(({ at }) => at);
  expect(found?.firings.map(({ firedAt }) => firedAt)).toEqual(fired);
  expect(found?.leadMs ?? null).toBe(fired[0] === undefined ? null : past.badAt - fired[0]);
  for (const { firedAt, resolvedAt } of found?.firings ?? []) {
    const after = stored.find(({ slot, phase }) => slot > firedAt && phase !== 'firing');
    expect(resolvedAt).toBe(after?.slot ?? null);
  }
}

async function agree(world: World): Promise<string[]> {
  const answered = answeredOf(world);
  const engine = await begun(world, answered);
  const [watched] = (
    await engine.store.slots.watched({ slot: startsAt, chunk: 0, replica: 'one' }, monitorSettings)
  ).filter(({ deployment }) => deployment.id === 'd2');
  if (!watched) throw new Error('release 2 is not watched');
  const slots = tryOut(world, watched, answered);
  const monitor = engine.createTicker('one', { brakes: brakesOf(world) });
  for (const slot of slotsOf(world)) {
    await engine.time.pass(slot - engine.time.now());
    await monitor.tick(slot, engine.forever);
  }

  const readings = slots.flatMap(({ slot, triggers }) =>
    triggers.flatMap(({ trigger: { name }, reading: read, state: { phase, heldMs } }) =>
      read ? [{ trigger: name, slot, reading: read, phase, heldMs }] : [],
    ),
  );
  const stored = engine.store.world.readings.map(({ trigger, slot, reading: read, phase, heldMs }) => ({
    ...{ trigger, slot, reading: read, phase, heldMs },
  }));
  expect(readings.toSorted(bySlot)).toEqual(stored.toSorted(bySlot));
  for (const { trigger, state } of slots.at(-1)?.triggers ?? [])
    expect(state.lastSlot === null ? undefined : state).toEqual(
      engine.store.world.states.get(`d2/${trigger.name}`),
    );
  for (const { trigger } of answered) backtestAgrees(world, watched, answered, trigger, engine);
  const events = slots.flatMap(({ slot, triggers }) =>
    triggers.flatMap((one) =>
      one.events.map(({ type }) => ({ slot, trigger: one.trigger.name, type: `trigger.${type}` })),
    ),
  );
  const told = engine
    .events()
    .filter(({ type }) => type.startsWith('trigger.'))
    .map(({ at, type, data }) => ({ slot: at, trigger: String(data?.trigger), type }));
  expect(events).toEqual(told);
  const { decisions } = engine.store.world;
  expect(slots.filter(({ isKept }) => isKept).map(({ decision }) => inWords(decision))).toEqual(
    decisions.map(inWords),
  );
  const runs = slots.filter(({ isNews, decision }) => isNews && decision.verdict === 'roll_back');
  expect(engine.runs()).toHaveLength(runs.length);
  return decisions.map(({ verdict }) => verdict);
}

test('a trial says of every slot what the monitor stores of it', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => void (await agree(world))),
    { numRuns: 120 },
  );
});

/** What is compared above may lack a verdict by chance; here each is there. */
test.each<[string, Partial<World>, Partial<World['triggers'][number]>, string[]]>([
  ['a breach', {}, {}, ['roll_back']],
  ['one that was there before', {}, { before: value(1) }, ['suggest']],
  ['one of which that is not known', {}, { before: down }, ['wait', 'suggest']],
  ['the same, told to act', { policy: { ...acting } }, { before: down }, ['wait', 'roll_back']],
  ['a fleet that may not', { maxAutomaticPerHour: 0 }, {}, ['suggest']],
  ['a rollback, once it has settled', { isRollback: true }, {}, ['suggest']],
  ['too few samples', {}, { minSamples: 10, samples: [value(0)] }, []],
])('%s is decided alike', async (_words, over, overTrigger, verdicts) => {
  const trigger = { ...anyTrigger, ...overTrigger };
  expect(await agree({ ...anyWorld, triggers: [trigger], ...over })).toEqual(verdicts);
});
