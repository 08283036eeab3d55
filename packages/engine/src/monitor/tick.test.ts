import { newRun, type Reading, replay } from '@lastgood/domain';
import {
  aBaseline,
  aDeployment,
  aService,
  aTrigger,
  dayZero,
  minute,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { createTestEngine, monitorSettings, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMonitor } from './tick.ts';

let engine: TestEngine;
beforeEach(async () => {
  engine = createTestEngine();
  await engine.begin();
});

const types = () => engine.events().map((event) => event.type);
const state = (trigger = 'high_error_rate') => engine.store.world.states.get(`d2/${trigger}`);

describe('a sustained breach', () => {
  it('becomes a decision and a queued run in the same commit as the firing', async () => {
    engine.answers(0.2);
    await engine.tick(8);
    expect(engine.runs()).toEqual([]);
    expect(state()).toMatchObject({ phase: 'pending', heldMs: 105_000 });
    await engine.tick();
    const [row] = engine.runs();
    expect(row?.run).toMatchObject({
      status: 'queued',
      deploymentId: 'd2',
      targetDeploymentId: 'd1',
      requester: { kind: 'automatic', trigger: 'high_error_rate' },
    });
    expect(engine.store.world.decisions).toMatchObject([
      {
        verdict: 'roll_back',
        sentence: 'high_error_rate 20 % > 5 % for 2:00 (needed 2:00): rolling back to v1 (release 1).',
      },
    ]);
    expect(types().filter((type) => !type.startsWith('deployment'))).toEqual([
      'service.applied',
      'trigger.pending',
      'trigger.fired',
      'decision.made',
      'rollback.queued',
    ]);
    expect(engine.rollout.effects()).toEqual([]);
  });

  it('queues one run, however long it fires', async () => {
    engine.answers(0.2);
    await engine.tick(30);
    expect(engine.runs()).toHaveLength(1);
    expect(engine.store.world.decisions).toHaveLength(1);
  });

  it('is stored with every reading, the query and the answer', async () => {
    engine.answers(0.2);
    await engine.tick(3);
    expect(
      engine.store.world.readings.map(({ slot, phase, heldMs, lateMs }) => [
        slot - dayZero,
        phase,
        heldMs,
        lateMs,
      ]),
    ).toEqual([
      [0, 'pending', 0, 0],
      [15_000, 'pending', 15_000, 0],
      [30_000, 'pending', 30_000, 0],
    ]);
    expect(engine.store.world.asks[0]).toMatchObject({
      at: dayZero - 2_000,
      error: null,
      answerDigest: expect.any(String),
    });
  });

  it('does not roll back what is a rollback: it suggests, once, after it has settled', async () => {
    engine = createTestEngine();
    await engine.begin({
      deployment: {
        origin: 'rollback',
        status: 'completed',
        completedAt: dayZero,
        watchEndsAt: dayZero + 30 * minute,
      },
    });
    engine.answers(0.2);
    await engine.tick(20);
    expect(state()?.phase).toBe('unknown');
    await engine.tick(20);
    expect(engine.runs()).toEqual([]);
    expect(engine.notifications().map(({ kind }) => kind)).toEqual(['rollback_suggested']);
  });
});

describe('a source that is no help never rolls anything back', () => {
  it.each([
    ['down', () => engine.metrics.setDown('connection refused')],
    ['empty', () => engine.answers({ kind: 'no-data' })],
    ['not a number', () => engine.answers({ kind: 'not-a-number' })],
    ['garbage', () => engine.answers({ kind: 'unreachable', reason: 'not JSON' })],
    ['many series', () => engine.answers({ kind: 'ambiguous', count: 7 })],
  ])('%s', async (_words, fault) => {
    fault();
    await engine.tick(40);
    expect(engine.runs()).toEqual([]);
    expect(engine.notifications()).toEqual([]);
    expect(state()).toMatchObject({ phase: 'unknown', heldMs: 0 });
    expect(engine.store.world.readings).toHaveLength(40);
  });

  it('slow: what was not answered by the deadline is unreachable, and no slot overlaps the next', async () => {
    const slow = engine.createTicker('slow', { deadlineMs: 4_000 });
    engine.metrics.read = (questions, at, signal) =>
      new Promise((resolve) => {
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
    const ticked = slow.tick(dayZero, engine.forever);
    await engine.time.pass(4_000);
    expect(await ticked).toMatchObject({ chunks: 1, lateMs: 4_000 });
    expect(state()).toMatchObject({
      phase: 'unknown',
      troubleReason: expect.stringContaining('no answer within 4 s'),
    });
    expect(engine.store.world.slots).toMatchObject([{ finished: true, lateMs: 4_000 }]);
  });

  it('broken: it shows as the health of the trigger', async () => {
    engine.metrics.read = async () => {
      throw new Error('out of sockets');
    };
    await engine.tick();
    expect(state()?.troubleReason).toBe('unexpected: out of sockets');
    expect(types()).toContain('trigger.trouble');
  });

  it('answering too little', async () => {
    engine.metrics.read = async () => [];
    await engine.tick();
    expect(state()?.troubleReason).toMatch(/did not answer/);
  });

  it('down in the middle of a hold: not one interval more is counted', async () => {
    engine.answers(0.2);
    await engine.tick(4);
    engine.metrics.setDown('refused');
    await engine.tick(10);
    expect(state()).toMatchObject({ phase: 'pending', heldMs: 45_000 });
    engine.metrics.setDown(null);
    await engine.tick();
    expect(state()?.heldMs).toBe(60_000);
    await engine.tick(4);
    expect(engine.runs()).toHaveLength(1);
  });

  it('down while it fires and the cooldown ends: nothing is done on old readings', async () => {
    engine.answers(0.2);
    await engine.tick(9);
    engine.rollout.cluster.at(webWorkload).paused = true;
    await engine.work();
    expect(engine.runs()[0]?.run.status).toBe('stopped');
    engine.metrics.setDown('refused');
    await engine.tick(30);
    expect(engine.runs()).toHaveLength(1);
    engine.metrics.setDown(null);
    await engine.tick(1);
    expect(engine.runs()).toHaveLength(2);
  });
});

describe('what is hardly at fault', () => {
  const verdicts = () => engine.store.world.decisions.map(({ verdict }) => verdict);

  it('breached before the deployment started: a suggestion, once, with what was seen then', async () => {
    engine.answers(0.2, 0.3);
    await engine.tick(30);
    expect(engine.runs()).toEqual([]);
    expect(verdicts()).toEqual(['suggest']);
    expect(engine.store.world.decisions[0]?.restraints).toEqual([
      'it breached before this deployment started (30 %), so this release is probably not the cause',
    ]);
    expect(engine.notifications().map(({ kind }) => kind)).toEqual(['rollback_suggested']);
    expect(engine.store.world.asks.map(({ at }) => at)).toContain(dayZero - 15_000);
    expect(engine.store.world.trips).toEqual([]);
  });

  it('stands beside a dependency that was deployed in the same window and breaches too', async () => {
    const api = aService({ name: 'api', dependencies: ['main/shop/web'] });
    await engine.store.services.apply(api, 'test', engine.time.now());
    const release = { service: api.key, previousDeploymentId: 'api-1' };
    await engine.commit({ newDeployments: [aBaseline({ ...release, id: 'api-1' })] });
    await engine.commit({ newDeployments: [aDeployment({ ...release, id: 'api-2' })] });
    engine.answers(0.2);
    await engine.tick(12);
    expect(engine.runs().map(({ run }) => run.deploymentId)).toEqual(['d2']);
    expect(engine.store.world.decisions.find((one) => one.deploymentId === 'api-2')).toMatchObject({
      verdict: 'suggest',
      restraints: [
        'main/shop/web, which it depends on, was deployed in the same window (v2, release 2) and breaches high_error_rate too',
      ],
    });
  });
});

describe('over replicas and slots', () => {
  it('judges a slot once', async () => {
    engine.answers(0.2);
    const [a, b] = [engine.createTicker('a'), engine.createTicker('b')];
    const reports = await Promise.all([a.tick(dayZero, engine.forever), b.tick(dayZero, engine.forever)]);
    expect(reports.map((report) => report.chunks).sort()).toEqual([0, 1]);
    expect(engine.store.world.readings).toHaveLength(1);
    expect(engine.metrics.asked).toHaveLength(1);
  });

  it('records the slots that nobody judged', async () => {
    await engine.tick();
    await engine.time.pass(60_000);
    await engine.tick();
    expect(engine.store.world.slots.map((slot) => slot.missed)).toEqual([0, 4]);
  });

  it('writes nothing of a slot that was overtaken', async () => {
    engine.answers(0.2);
    let answer = () => {};
    const { read } = engine.metrics;
    engine.metrics.read = async (...args) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return read(...args);
    };
    const overtaken = engine.createTicker('slow', { deadlineMs: minute }).tick(dayZero, engine.forever);
    await engine.time.pass(15_000);
    engine.metrics.read = read;
    await engine.tick();
    answer();
    await overtaken;
    expect(engine.store.world.slots).toMatchObject([{ discarded: true }, { discarded: false }]);
    expect(engine.store.world.readings).toHaveLength(1);
    expect(state()?.lastSlot).toBe(dayZero + 15_000);
  });

  it('brakes when too many services trip in one slot, and says so on each', async () => {
    const names = ['cart', 'mail', 'pay', 'search', 'user'];
    for (const name of names) {
      const service = aService({ name });
      await engine.store.services.apply(service, 'test', dayZero);
      const row = { service: service.key, version: 'v2' };
      await engine.commit({
        newDeployments: [
          aDeployment({
            ...row,
            id: `${name}1`,
            status: 'completed',
            proof: 'verified',
            watchClosedAt: dayZero,
          }),
        ],
      });
      await engine.commit({ newDeployments: [aDeployment({ ...row, id: `${name}2` })] });
    }
    engine.answers(0.2);
    await engine.tick(9);
    expect(engine.runs()).toEqual([]);
    expect(engine.notifications()).toHaveLength(6);
    expect(engine.store.world.decisions[0]?.sentence).toMatch(/6 services want a rollback at the same time/);
    await engine.tick(5);
    expect(engine.notifications()).toHaveLength(6);
  });

  it('does not count or announce a run that lost against a click', async () => {
    engine.answers(0.2);
    await engine.tick(8);
    const { commit } = engine.store.slots;
    engine.store.slots.commit = async (claim, wants, judge) => {
      await engine.commit({ newRuns: [{ ...manual, createdAt: engine.time.now() }] });
      return commit(claim, wants, judge);
    };
    const report = await engine.monitor.tick(engine.time.now(), engine.forever);
    expect(report.decisions).toBe(0);
    expect(engine.runs().map(({ run }) => run.id)).toEqual(['click']);
    expect(types()).not.toContain('rollback.queued');
  });
});

const manual = newRun({
  id: 'click',
  service: 'main/shop/web',
  deploymentId: 'd2',
  targetDeploymentId: 'd1',
  requester: { kind: 'person', name: 'ada' },
  reason: '',
  evidence: null,
  createdAt: dayZero,
  startsAt: dayZero,
});

describe('the watch', () => {
  const completed = {
    status: 'completed',
    completedAt: dayZero,
    watchEndsAt: dayZero + 30 * minute,
  } as const;

  it('ends verified, and is the last known good from then on', async () => {
    engine = createTestEngine();
    await engine.begin({ deployment: completed });
    await engine.watch(120);
    expect(engine.deployment('d2').proof).toBe('pending');
    await engine.watch(1);
    expect(engine.deployment('d2')).toMatchObject({
      proof: 'verified',
      watchClosedAt: dayZero + 30 * minute,
    });
    expect((await engine.store.deployments.lastKnownGood('main/shop/web', 99))?.id).toBe('d2');
    expect(engine.store.world.readings).toHaveLength(121);
    await engine.tick();
    expect(engine.store.world.readings).toHaveLength(121);
  });

  it('ends unproven when the source was away for too long', async () => {
    engine = createTestEngine();
    await engine.begin({ deployment: completed });
    engine.metrics.setDown('refused');
    await engine.tick(13);
    engine.metrics.setDown(null);
    await engine.tick(108);
    expect(engine.deployment('d2').proof).toBe('unproven');
  });

  it('stays open while the deployment is being rolled back', async () => {
    engine = createTestEngine();
    await engine.begin({ deployment: completed });
    await engine.tick(120);
    await engine.commit({ newRuns: [{ ...manual, startsAt: engine.time.now() + minute }] });
    await engine.tick();
    expect(engine.deployment('d2').proof).toBe('pending');
  });

  it('of an in-progress deployment has no end, and fires', async () => {
    engine.answers(0.2);
    await engine.tick(9);
    expect(engine.runs()).toHaveLength(1);
  });
});

describe('the watch of a release that breaches', () => {
  const completed = {
    status: 'completed',
    completedAt: dayZero,
    watchEndsAt: dayZero + 30 * minute,
  } as const;
  const none = { kind: 'no-data' } as const;
  const unreachable = { kind: 'unreachable', reason: 'HTTP 503' } as const;

  it.each<[string, Reading]>([
    ['fails', { kind: 'unreachable', reason: 'HTTP 503' }],
    ['is empty', none],
    ['is ambiguous', { kind: 'ambiguous', count: 2 }],
    ['counts too few samples', { kind: 'value', value: 1 }],
  ])('never ends verified while the companion query %s', async (_words, samples) => {
    engine = createTestEngine();
    const trigger = aTrigger({ minSamples: { query: 'count', atLeast: 20 } });
    await engine.begin({ service: { triggers: [trigger] }, deployment: completed });
    engine.metrics.answer(({ template }) => (template === 'count' ? samples : { kind: 'value', value: 1 }));
    await engine.tick(121);
    expect(engine.runs()).toEqual([]);
    expect(engine.deployment('d2').proof).toBe('unproven');
    expect(state()).toMatchObject({ slotsAsked: 120, slotsHealthy: 0 });
  });

  it.each<[string, Reading, Reading]>([
    ['in breach beside a dead companion', { kind: 'value', value: 1 }, unreachable],
    ['unreachable', unreachable, unreachable],
  ])('does not end verified while its last 11 of 120 slots are %s', async (_words, reading, samples) => {
    engine = createTestEngine();
    const trigger = aTrigger({ minSamples: { query: 'count', atLeast: 20 } });
    await engine.begin({ service: { triggers: [trigger] }, deployment: completed });
    let atEnd = false;
    engine.metrics.answer(({ template }) => {
      if (template === 'count') return atEnd ? samples : { kind: 'value', value: 100 };
      return atEnd ? reading : { kind: 'value', value: 0 };
    });
    await engine.watch(109);
    atEnd = true;
    await engine.watch(12);
    expect(engine.deployment('d2')).toMatchObject({ proof: 'pending', watchClosedAt: null });
    await engine.watch(120);
    expect(state()).toMatchObject({ slotsAsked: 120, slotsHealthy: 109 });
    expect(engine.deployment('d2').proof).toBe('unproven');
  });

  it('says in the timeline when its companion query cannot be used, and when it can again', async () => {
    engine = createTestEngine();
    const trigger = aTrigger({ minSamples: { query: 'count', atLeast: 20 } });
    await engine.begin({ service: { triggers: [trigger] } });
    let samples: Reading = none;
    engine.metrics.answer(({ template }) => (template === 'count' ? samples : { kind: 'value', value: 0 }));
    await engine.tick(2);
    samples = { kind: 'value', value: 100 };
    await engine.tick(2);
    expect(engine.events('trigger.trouble').map(({ text }) => text)).toEqual([
      'the companion query of high_error_rate cannot be used, so a breach cannot count: it answers nothing',
    ]);
    expect(engine.events('trigger.recovered').map(({ text }) => text)).toEqual([
      'the companion query of high_error_rate can be used again',
    ]);
  });

  it('stays open beyond its window while a page_and_suggest trigger fires, and ends once that is over', async () => {
    engine = createTestEngine();
    const page = aTrigger({ name: 'high_latency', query: 'latency', severity: 'page_and_suggest' });
    await engine.begin({ service: { triggers: [aTrigger(), page] }, deployment: completed });
    let latency = 0;
    engine.metrics.answer(({ template }) => ({ kind: 'value', value: template === 'latency' ? latency : 0 }));
    await engine.watch(100);
    latency = 1;
    await engine.watch(400);
    expect(state('high_latency')?.phase).toBe('firing');
    expect(engine.deployment('d2')).toMatchObject({ proof: 'pending', watchClosedAt: null });
    latency = 0;
    await engine.watch(8);
    expect(engine.deployment('d2').proof).toBe('pending');
    await engine.watch(1);
    expect(engine.deployment('d2').proof).toBe('verified');
  });

  it('stays open until a newer release supersedes it, when the breach never ends', async () => {
    engine = createTestEngine();
    const page = aTrigger({ name: 'high_latency', query: 'latency', severity: 'page_and_suggest' });
    await engine.begin({ service: { triggers: [aTrigger(), page] }, deployment: completed });
    engine.metrics.answer(({ template }) => ({ kind: 'value', value: template === 'latency' ? 1 : 0 }));
    await engine.tick(500);
    expect(engine.deployment('d2').proof).toBe('pending');
    await engine.commit({ newDeployments: [aDeployment({ id: 'd3', previousDeploymentId: 'd2' })] });
    expect(engine.deployment('d2').proof).toBe('unproven');
  });
});

describe('a stored trigger that compares inside its query', () => {
  const alertRule = aTrigger({ query: 'errors > 0.05', threshold: 0, onNoData: 'hold' });

  it('does not join two blips into one breach: empty between them is healthy', async () => {
    engine = createTestEngine();
    await engine.begin({ service: { triggers: [alertRule] } });
    engine.answers(0.2);
    await engine.tick(8);
    engine.answers({ kind: 'no-data' }, { kind: 'no-data' });
    await engine.tick();
    expect(state()).toMatchObject({ phase: 'inactive', heldMs: 0 });
    engine.answers(0.2, { kind: 'no-data' });
    await engine.tick(8);
    expect(engine.runs()).toEqual([]);
    expect(state()).toMatchObject({ phase: 'pending', heldMs: 105_000 });
  });

  it('fires on a breach that lasts, and replays as it was judged', async () => {
    engine = createTestEngine();
    await engine.begin({ service: { triggers: [alertRule] } });
    engine.answers({ kind: 'no-data' }, { kind: 'no-data' });
    await engine.tick(3);
    engine.answers(0.2, { kind: 'no-data' });
    await engine.tick(9);
    expect(engine.runs()).toHaveLength(1);
    const again = replay(engine.store.world.readings).at(-1);
    expect(again?.judged[0]?.state).toStrictEqual(state());
    expect(again?.wanted).toBe('roll_back');
  });

  it('proves nothing with empty answers: a release it alone watched stays unproven', async () => {
    engine = createTestEngine();
    await engine.begin({
      service: { triggers: [alertRule] },
      deployment: { status: 'completed', completedAt: dayZero, watchEndsAt: dayZero + 30 * minute },
    });
    engine.answers({ kind: 'no-data' });
    await engine.tick(121);
    expect(engine.deployment('d2').proof).toBe('unproven');
  });
});

describe('several triggers', () => {
  it('asks a companion query beside its trigger, and holds on too few samples', async () => {
    engine = createTestEngine();
    const trigger = aTrigger({ forMs: 0, minSamples: { query: 'count', atLeast: 20 } });
    await engine.begin({ service: { triggers: [trigger] } });
    let samples = 1;
    engine.metrics.answer(({ template }, at) => {
      if (at < dayZero - 10_000) return { kind: 'value', value: 0 };
      return { kind: 'value', value: template === 'count' ? samples : 1 };
    });
    await engine.tick(5);
    expect(engine.runs()).toEqual([]);
    samples = 20;
    await engine.tick();
    expect(engine.runs()).toHaveLength(1);
  });

  it('does not ask during the warm-up', async () => {
    engine = createTestEngine();
    await engine.begin({ service: { triggers: [aTrigger({ initialDelayMs: minute })] } });
    await engine.tick(4);
    expect(engine.metrics.asked).toEqual([]);
    await engine.tick();
    expect(engine.metrics.asked).toHaveLength(1);
  });
});

describe('a source that accepts and never answers', () => {
  it('delays only the judgement of the cluster it measures', async () => {
    const mute = aService({ name: 'mute', key: 'other/shop/mute', cluster: 'other' });
    await engine.store.services.apply(mute, 'test', dayZero);
    await engine.commit({ newDeployments: [aDeployment({ id: 'm1', service: mute.key })] });
    engine.answers(0.2);
    const { read } = engine.metrics;
    engine.metrics.read = async (questions, at, signal) => {
      const isMute = questions.some(({ variables }) => variables.CLUSTER === 'other');
      if (isMute) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return read(questions, at, signal);
    };
    const ticked = engine.monitor.tick(dayZero, engine.forever);
    await engine.time.pass(1);
    expect(state()).toMatchObject({ phase: 'pending', lastSlot: dayZero });
    expect(engine.store.world.states.has('m1/high_error_rate')).toBe(false);
    await engine.time.pass(10_000);
    expect((await ticked).chunks).toBe(2);
    expect(engine.store.world.states.get('m1/high_error_rate')).toMatchObject({
      reading: { kind: 'unreachable' },
    });
  });
});

describe('a deployment of which nothing can be asked', () => {
  it('is left out and told, and the others are judged', async () => {
    const sick = aService({ key: 'main/shop/api', name: 'api', triggers: [aTrigger({ query: 'torn' })] });
    await engine.store.services.apply(sick, 'test', dayZero);
    await engine.commit({ newDeployments: [aDeployment({ id: 'api-1', service: sick.key })] });
    const told: Error[] = [];
    const monitor = createMonitor({
      ...{
        slots: engine.store.slots,
        deployments: engine.store.deployments,
        clock: engine.time.clock,
        newId: engine.newId,
        replica: 'one',
      },
      settings: monitorSettings,
      metrics: {
        ...engine.metrics,
        emptyWhenHealthy(template) {
          if (template === 'torn') throw new Error('cannot be taken apart');
          return engine.metrics.emptyWhenHealthy(template);
        },
      },
      onFault: (error) => told.push(error),
    });
    const report = await monitor.tick(dayZero, engine.forever);
    expect(report).toMatchObject({ chunks: 1, deployments: 1 });
    expect(state()).toMatchObject({ lastSlot: dayZero });
    expect(told.map(({ message }) => message)).toEqual(['deployment api-1 cannot be judged']);
  });
});
