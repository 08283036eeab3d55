import { type Decision, type JudgedReading, newRun, type Reading, replayDecision } from '@lastgood/domain';
import { createRandom, type Random } from '@lastgood/testkit/random';
import { aService, aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, monitorSettings, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { expect, test } from 'vitest';
import { bringOutTwo, contracts } from '../rollback/cascade-harness.ts';

/*
 * Whatever becomes of a fleet, each decision about it comes out again, word for word, from its readings and what was stored with it.
 */

const seeds = 40;
const slots = 50;
const names = ['catalog', 'checkout', 'mail', 'search', 'edge'];

/** What a source answers; of some that breach, for a while. */
function answersOf(random: Random): (name: string, query: string, at: number) => Reading {
  const bad = new Map(names.map((name) => [name, random.chance(0.5)]));
  const [begins, ends] = [random.between(0, 8), random.between(14, slots)];
  return (name, query, at) => {
    const slot = (at - dayZero) / monitorSettings.intervalMs;
    if (query.startsWith('count(')) return { kind: 'value', value: random.chance(0.9) ? 4 : 0 };
    if (random.chance(0.06)) return { kind: 'unreachable', reason: 'refused' };
    if (random.chance(0.03)) return { kind: random.chance(0.5) ? 'no-data' : 'not-a-number' };
    if (query === 'count') return { kind: 'value', value: random.chance(0.8) ? 50 : 3 };
    const isBreach = bad.get(name) && slot >= begins && slot < ends && random.chance(0.95);
    const before = slot < -0.5 && random.chance(0.1);
    return { kind: 'value', value: isBreach || before ? 0.1 + 0.2 * random.next() : 0 };
  };
}

async function bringOutFleet(engine: TestEngine, random: Random): Promise<void> {
  for (const [index, name] of names.entries()) {
    const triggers = [
      aTrigger({
        ...{ name: 'errors', query: 'errors', forMs: random.pick([0, 30_000, minute]) },
        ...(random.chance(0.3) ? { minSamples: { query: 'count', atLeast: 20 } } : {}),
      }),
      aTrigger({
        ...{ name: 'latency', query: 'latency', forMs: 45_000, keepFiringMs: random.pick([0, minute]) },
        ...{ severity: random.pick(['page_and_suggest', 'auto_rollback'] as const) },
        ...{
          initialDelayMs: random.pick([0, 3 * minute]),
          onNoData: random.pick(['hold', 'breach'] as const),
        },
      }),
    ];
    const policy = {
      ...aService().policy,
      cooldownMs: 2 * minute,
      withoutEvidence: random.pick(['suggest', 'act', 'wait'] as const),
      evidenceWaitSlots: random.pick([0, 2, 4]),
      automaticGroup: random.pick(['with-dependents', 'with-dependents', 'suggest', 'alone'] as const),
    };
    const dependencies = names
      .slice(0, index)
      .flatMap((one) => (random.chance(0.4) ? [`main/shop/${one}`] : []));
    const isBound = dependencies.includes('main/shop/catalog') && random.chance(0.7);
    await bringOutTwo(engine, name, {
      service: { triggers, policy, dependencies },
      ...(name === 'catalog' ? { good: contracts({ api: '2' }), bad: contracts({ api: '3' }) } : {}),
      ...(isBound ? { bad: contracts({}, { api: '>=3' }) } : {}),
    });
  }
}

/** Somebody tried to take release 2 back and stopped that. */
async function tryInVain(engine: TestEngine, name: string): Promise<void> {
  const id = `tried-${name}`;
  const ends = { service: `main/shop/${name}`, deploymentId: `${name}-2`, targetDeploymentId: `${name}-1` };
  const asked = { requester: { kind: 'person', name: 'ada' }, reason: '', evidence: null } as const;
  await engine.commit({
    newRuns: [newRun({ id, ...ends, ...asked, createdAt: dayZero, startsAt: dayZero })],
  });
  const row = engine.run(id);
  row.run = { ...row.run, status: 'stopped', finishedAt: dayZero };
}

async function play(seed: number): Promise<TestEngine> {
  const random = createRandom(seed);
  const engine = createTestEngine();
  await bringOutFleet(engine, random);
  for (const name of names) if (random.chance(0.2)) await tryInVain(engine, name);
  const answers = answersOf(random);
  engine.metrics.answer(({ template, variables }, at) => answers(String(variables.SERVICE), template, at));
  const brakes = { maxAutomaticPerHour: random.pick([1, 2, 10]), maxTrippedPerSlot: random.pick([2, 5]) };
  const monitor = engine.createTicker('one', { brakes });
  for (let n = 0; n < slots; n += 1) {
    if (!random.chance(0.05)) await monitor.tick(dayZero + n * monitorSettings.intervalMs, engine.forever);
    if (random.chance(0.2)) await engine.work(5_000);
    await engine.time.pass(dayZero + (n + 1) * monitorSettings.intervalMs - engine.time.now());
  }
  return engine;
}

/** As a database gives back what it was given. */
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const readingsOf = (engine: TestEngine, { deploymentId }: Decision): JudgedReading[] =>
  stored(engine.store.world.readings.filter((one) => one.deploymentId === deploymentId));

test(`every decision of ${seeds} fleets comes out as it was`, async () => {
  const words: string[] = [];
  let decisions = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const engine = await play(seed);
    for (const one of engine.store.world.decisions) {
      const again = replayDecision(stored(one), readingsOf(engine, one));
      expect(again.kind === 'cannot' ? again.reason : again.differences, `seed ${seed}, ${one.id}`).toEqual(
        [],
      );
      const { basis: _basis, ...rest } = stored(one);
      expect(again.kind === 'replayed' && stored(again.decision)).toEqual(rest);
      words.push(...one.restraints, `verdict ${one.verdict}`);
      decisions += 1;
    }
  }
  expect(decisions).toBeGreaterThan(seeds);
  // What never restrains proves nothing.
  for (const said of [
    ...[/it breached before/, /which it depends on, was deployed in the same window/, /cooldown ends/],
    ...[/an hour is reached/, /same time/, /waits for evidence/, /so it does not act/],
    ...[
      /only suggests a rollback that takes others/,
      /^verdict roll_back/,
      /^verdict suggest/,
      /^verdict wait/,
    ],
  ])
    expect([said.source, words.some((one) => said.test(one))]).toEqual([said.source, true]);
}, 120_000);
