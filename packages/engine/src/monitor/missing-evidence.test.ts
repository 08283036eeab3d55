import { judgeGuardsAgain, type MetricSource, memoryQuery, type Reading, serviceKey } from '@lastgood/domain';
import { aBaseline, aDeployment, aService, aTrigger, dayZero } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, monitorSettings, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';

let engine: TestEngine;
beforeEach(async () => {
  engine = createTestEngine();
  await engine.begin();
});

/** The slot in which the breach of two minutes fires. */
const firesAt = 9;
const verdicts = () => engine.store.world.decisions.map(({ verdict }) => verdict);
const down: Reading = { kind: 'unreachable', reason: 'HTTP 500 Internal Server Error' };
const isPast = (at: number) => at < dayZero - 10_000;

describe('a look into the past that is not answered', () => {
  it.each<[string, Reading]>([
    ['with an error', down],
    ['but emptily, as by a source that has lost what it knew', { kind: 'no-data' }],
    ['but with many series', { kind: 'ambiguous', count: 3 }],
  ])('%s: holds the rollback for two slots, then suggests it once', async (_words, reading) => {
    engine.answers(0.2, reading);
    await engine.tick(firesAt);
    expect(verdicts()).toEqual(['wait']);
    await engine.tick(1);
    expect(verdicts()).toEqual(['wait']);
    await engine.tick(20);
    expect(verdicts()).toEqual(['wait', 'suggest']);
    expect(engine.runs()).toEqual([]);
    expect(engine.notifications().map(({ kind, urgency }) => [kind, urgency])).toEqual([
      ['rollback_waits', 'info'],
      ['rollback_suggested', 'page'],
    ]);
    expect(engine.events('decision.made').map(({ text }) => text)).toEqual([
      expect.stringContaining('it waits for evidence since 12:02:00 UTC: whether it breached before'),
      expect.stringContaining('it was waited for 30 s, since 12:02:00 UTC, so it does not act by itself'),
    ]);
    for (const one of engine.store.world.decisions) expect(judgeGuardsAgain(one)).toEqual(one.guards);
  });

  it.each<[string, Reading]>([
    ['nothing was there', { kind: 'no-data' }],
    ['there was no traffic', { kind: 'not-a-number' }],
  ])('of a time in which %s, of a source that listened then: rolls back as usual', async (_words, before) => {
    engine.metrics.answer(({ template }, at) => {
      if (!isPast(at)) return { kind: 'value', value: 0.2 };
      return template === memoryQuery ? { kind: 'value', value: 3 } : before;
    });
    await engine.tick(firesAt);
    expect(verdicts()).toEqual(['roll_back']);
    expect(engine.runs()).toHaveLength(1);
    for (const one of engine.store.world.decisions) expect(judgeGuardsAgain(one)).toEqual(one.guards);
  });

  it('for triggers that fire one after the other: suggests when it said, and each is counted from its own firing', async () => {
    engine = createTestEngine();
    const slow = aTrigger({ name: 'slow', query: 'slow', forMs: 150_000 });
    await engine.begin({ service: { triggers: [aTrigger(), slow] } });
    engine.answers(0.2, down);
    // `slow` fires two slots after the first, in the slot in which that one gives up.
    await engine.tick(firesAt + 3);
    expect(verdicts()).toEqual(['wait', 'suggest']);
    await engine.tick(1);
    engine.answers(0.2);
    await engine.tick(20);
    expect(engine.runs()).toEqual([]);
    expect(engine.store.world.decisions.at(-1)?.guards.map(({ outcome }) => outcome)).toEqual([
      'gave-up',
      'gave-up',
    ]);
    expect(engine.notifications().map(({ kind, at }) => [kind, (at - dayZero) / 1000])).toEqual([
      ['rollback_waits', 120],
      ['rollback_suggested', 150],
    ]);
  });

  it('answered in time: rolls back as usual', async () => {
    engine.answers(0.2, down);
    await engine.tick(firesAt + 1);
    engine.answers(0.2);
    await engine.tick(1);
    expect(verdicts()).toEqual(['wait', 'roll_back']);
    expect(engine.runs()).toHaveLength(1);
  });

  it('answered too late: stays what a person was told', async () => {
    engine.answers(0.2, down);
    await engine.tick(firesAt + 2);
    engine.answers(0.2);
    await engine.tick(20);
    expect(verdicts()).toEqual(['wait', 'suggest']);
    expect(engine.runs()).toEqual([]);
  });

  it.each([
    ['heeds its deadline', true],
    ['heeds nothing', false],
  ])(
    'because the source hangs and %s: the slot ends, and it counts as not answered',
    async (_words, heeds) => {
      engine.answers(0.2);
      const { read } = engine.metrics;
      engine.metrics.read = (questions, at, signal) =>
        isPast(at) ? hang(questions, at, signal, heeds) : read(questions, at, signal);
      const ticker = engine.createTicker('one', { deadlineMs: 4_000 });
      for (let n = 0; n < firesAt + 2; n += 1) {
        const ticked = ticker.tick(dayZero + n * monitorSettings.intervalMs, engine.forever);
        await engine.time.pass(monitorSettings.intervalMs);
        expect((await ticked).lateMs).toBeLessThanOrEqual(5_000);
      }
      expect(verdicts()).toEqual(['wait', 'suggest']);
      expect(engine.store.world.decisions[0]?.restraints[0]).toContain('no answer within 4 s');
      expect(engine.runs()).toEqual([]);
    },
  );

  it('through a restart: the time goes on from where it began', async () => {
    engine.answers(0.2, down);
    await engine.tick(firesAt);
    const { decisions } = engine.store.world;
    expect(decisions[0]?.guards[0]?.unknownSince).toBe(dayZero + 8 * monitorSettings.intervalMs);
    await engine.time.pass(10 * monitorSettings.intervalMs);
    const reborn = engine.createTicker('two');
    await reborn.tick(dayZero + 19 * monitorSettings.intervalMs, engine.forever);
    expect(verdicts()).toEqual(['wait', 'suggest']);
    expect(decisions[1]?.restraints[0]).toContain('since 12:02:00 UTC');
  });

  it('pages at once where the policy waits without end, and rolls back when the answer comes', async () => {
    engine = createTestEngine();
    const { policy } = aService();
    await engine.begin({ service: { policy: { ...policy, withoutEvidence: 'wait' } } });
    engine.answers(0.2, down);
    await engine.tick(firesAt + 20);
    expect(verdicts()).toEqual(['wait']);
    expect(engine.notifications()).toMatchObject([{ kind: 'rollback_waits', urgency: 'page' }]);
    engine.answers(0.2);
    await engine.tick(1);
    expect(verdicts()).toEqual(['wait', 'roll_back']);
  });

  it('acts after the time where the policy says so, and says without what', async () => {
    engine = createTestEngine();
    const { policy } = aService();
    await engine.begin({ service: { policy: { ...policy, withoutEvidence: 'act' } } });
    engine.answers(0.2, down);
    await engine.tick(firesAt + 2);
    expect(verdicts()).toEqual(['wait', 'roll_back']);
    expect(engine.runs()[0]?.run.reason).toContain('and the policy says to act without it');
  });
});

describe('a dependency of the same window that cannot be read', () => {
  const api = aService({ name: 'api', dependencies: ['main/shop/web'] });
  beforeEach(async () => {
    engine = createTestEngine();
    await engine.begin({ service: { triggers: [aTrigger({ query: 'web' })] } });
    await engine.store.services.apply(api, 'test', engine.time.now());
    const release = { service: api.key, previousDeploymentId: 'api-1' };
    await engine.commit({ newDeployments: [aBaseline({ ...release, id: 'api-1' })] });
    await engine.commit({ newDeployments: [aDeployment({ ...release, id: 'api-2' })] });
  });
  const web = (reading: Reading) =>
    engine.metrics.answer(({ template }, at) => {
      if (template === 'web') return reading;
      return { kind: 'value', value: isPast(at) ? 0 : 0.2 };
    });

  it('is read where its empty answer is what a healthy service gives', async () => {
    engine.metrics.emptyWhenHealthy = (template) =>
      template === 'web' ? { why: 'It compares by itself.', instead: 'Ask web.' } : null;
    web({ kind: 'no-data' });
    await engine.tick(firesAt);
    expect(verdicts()).toEqual(['roll_back']);
  });

  it('holds the rollback of what depends on it, then suggests it', async () => {
    web(down);
    await engine.tick(firesAt + 2);
    expect(verdicts()).toEqual(['wait', 'suggest']);
    expect(engine.store.world.decisions[0]?.restraints[0]).toContain(
      'whether main/shop/web, which it depends on and which was deployed in the same window (v2, release 2), breaches high_error_rate cannot be read (could not ask: HTTP 500 Internal Server Error)',
    );
    expect(engine.runs()).toEqual([]);
  });

  it('lets it go ahead once it can be read and is well', async () => {
    web(down);
    await engine.tick(firesAt);
    web({ kind: 'value', value: 0 });
    // A slot sees its dependencies as the slot before has left them.
    await engine.tick(2);
    expect(verdicts()).toEqual(['wait', 'roll_back']);
  });
});

it('what waits trips the brake of the fleet, though its evidence comes back one by one', async () => {
  engine = createTestEngine();
  await engine.begin();
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) {
    const trigger = aTrigger({ query: name });
    await engine.store.services.apply(aService({ name, triggers: [trigger] }), 'test', engine.time.now());
    const release = { service: serviceKey('main', 'shop', name), previousDeploymentId: `${name}-1` };
    await engine.commit({ newDeployments: [aBaseline({ ...release, id: `${name}-1` })] });
    await engine.commit({ newDeployments: [aDeployment({ ...release, id: `${name}-2` })] });
  }
  let known = 0;
  engine.metrics.answer(({ template }, at) => {
    if (!isPast(at)) return { kind: 'value', value: 0.2 };
    return names.indexOf(template) < known && template.length === 1 ? { kind: 'value', value: 0 } : down;
  });
  await engine.tick(firesAt);
  known = 1;
  await engine.tick(1);
  known = 2;
  await engine.tick(8);
  expect(engine.runs()).toEqual([]);
  const ofA = engine.store.world.decisions.filter(({ deploymentId }) => deploymentId === 'a-2');
  expect(ofA.map(({ verdict }) => verdict)).toEqual(['wait', 'suggest']);
  expect(ofA[1]?.restraints).toEqual([
    expect.stringContaining('6 services want a rollback at the same time (more than 5)'),
  ]);
});

function hang(
  questions: Parameters<MetricSource['read']>[0],
  at: number,
  signal: AbortSignal,
  heeds: boolean,
): ReturnType<MetricSource['read']> {
  return new Promise((resolve) => {
    if (!heeds) return;
    signal.addEventListener('abort', () =>
      resolve(
        questions.map(({ template }) => ({
          reading: { kind: 'unreachable', reason: String(signal.reason) },
          query: template,
          at,
          answerDigest: null,
          tookMs: 4_000,
          looksBackMs: 0,
        })),
      ),
    );
  });
}
