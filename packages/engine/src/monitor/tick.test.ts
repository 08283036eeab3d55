import {
  aBaseline,
  aDeployment,
  aService,
  aTrigger,
  dayZero,
  minute,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';

let house: TestEngine;
beforeEach(async () => {
  house = createTestEngine();
  await house.begin();
});

const types = () => house.events().map((event) => event.type);
const state = (trigger = 'high_error_rate') => house.store.world.states.get(`d2/${trigger}`);

describe('a sustained breach', () => {
  it('becomes a decision and a queued run in the same commit as the firing', async () => {
    house.answers(0.2);
    await house.tick(8);
    expect(house.runs()).toEqual([]);
    expect(state()).toMatchObject({ phase: 'pending', heldMs: 105_000 });
    await house.tick();
    const [row] = house.runs();
    expect(row?.run).toMatchObject({
      status: 'queued',
      deploymentId: 'd2',
      targetDeploymentId: 'd1',
      requester: { kind: 'automatic', trigger: 'high_error_rate' },
    });
    expect(house.store.world.decisions).toMatchObject([
      {
        verdict: 'roll_back',
        sentence: 'high_error_rate 20 % > 5 % for 2:00 (needed 2:00): rolling back to release 1.',
      },
    ]);
    expect(types().filter((type) => !type.startsWith('deployment'))).toEqual([
      'service.applied',
      'trigger.pending',
      'trigger.fired',
      'decision.made',
      'rollback.queued',
    ]);
    expect(house.rollout.effects()).toEqual([]);
  });

  it('queues one run, however long it fires', async () => {
    house.answers(0.2);
    await house.tick(30);
    expect(house.runs()).toHaveLength(1);
    expect(house.store.world.decisions).toHaveLength(1);
  });

  it('is stored with every reading, the query and the answer', async () => {
    house.answers(0.2);
    await house.tick(3);
    expect(
      house.store.world.readings.map(({ slot, phase, heldMs, lateMs }) => [
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
    expect(house.store.world.asks[0]).toMatchObject({
      at: dayZero - 2_000,
      error: null,
      answerDigest: expect.any(String),
    });
  });

  it('does not roll back what is a rollback: it suggests, once, after it has settled', async () => {
    house = createTestEngine();
    await house.begin({
      deployment: {
        origin: 'rollback',
        status: 'completed',
        completedAt: dayZero,
        watchEndsAt: dayZero + 30 * minute,
      },
    });
    house.answers(0.2);
    await house.tick(20);
    expect(state()?.phase).toBe('unknown');
    await house.tick(20);
    expect(house.runs()).toEqual([]);
    expect(house.notifications().map(({ kind }) => kind)).toEqual(['rollback_suggested']);
  });
});

describe('a source that is no help never rolls anything back', () => {
  it.each([
    ['down', () => house.metrics.setDown('connection refused')],
    ['empty', () => house.answers({ kind: 'no-data' })],
    ['not a number', () => house.answers({ kind: 'not-a-number' })],
    ['garbage', () => house.answers({ kind: 'unreachable', reason: 'not JSON' })],
    ['many series', () => house.answers({ kind: 'ambiguous', count: 7 })],
  ])('%s', async (_words, fault) => {
    fault();
    await house.tick(40);
    expect(house.runs()).toEqual([]);
    expect(house.notifications()).toEqual([]);
    expect(state()).toMatchObject({ phase: 'unknown', heldMs: 0 });
    expect(house.store.world.readings).toHaveLength(40);
  });

  it('slow: what was not answered by the deadline is unreachable, and no slot overlaps the next', async () => {
    const slow = house.createTicker('slow', { deadlineMs: 4_000 });
    house.metrics.read = (questions, at, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () =>
          resolve(
            questions.map(({ template }) => ({
              reading: { kind: 'unreachable', reason: String(signal.reason) },
              query: template,
              at,
              answerDigest: null,
              tookMs: 4_000,
            })),
          ),
        );
      });
    const ticked = slow.tick(dayZero, house.forever);
    await house.time.pass(4_000);
    expect(await ticked).toMatchObject({ chunks: 1, lateMs: 4_000 });
    expect(state()).toMatchObject({
      phase: 'unknown',
      troubleReason: expect.stringContaining('no answer within 4 s'),
    });
    expect(house.store.world.slots).toMatchObject([{ finished: true, lateMs: 4_000 }]);
  });

  it('broken: it shows as the health of the trigger', async () => {
    house.metrics.read = async () => {
      throw new Error('out of sockets');
    };
    await house.tick();
    expect(state()?.troubleReason).toBe('unexpected: out of sockets');
    expect(types()).toContain('trigger.trouble');
  });

  it('answering too little', async () => {
    house.metrics.read = async () => [];
    await house.tick();
    expect(state()?.troubleReason).toMatch(/did not answer/);
  });

  it('down in the middle of a hold: not one interval more is counted', async () => {
    house.answers(0.2);
    await house.tick(4);
    house.metrics.setDown('refused');
    await house.tick(10);
    expect(state()).toMatchObject({ phase: 'pending', heldMs: 45_000 });
    house.metrics.setDown(null);
    await house.tick();
    expect(state()?.heldMs).toBe(60_000);
    await house.tick(4);
    expect(house.runs()).toHaveLength(1);
  });

  it('down while it fires and the cooldown ends: nothing is done on old readings', async () => {
    house.answers(0.2);
    await house.tick(9);
    house.rollout.cluster.at(webWorkload).paused = true;
    await house.work();
    expect(house.runs()[0]?.run.status).toBe('stopped');
    house.metrics.setDown('refused');
    await house.tick(30);
    expect(house.runs()).toHaveLength(1);
    house.metrics.setDown(null);
    await house.tick(1);
    expect(house.runs()).toHaveLength(2);
  });
});

describe('what is likelier not at fault', () => {
  const verdicts = () => house.store.world.decisions.map(({ verdict }) => verdict);

  it('breached before the deployment started: a suggestion, once, with what was seen then', async () => {
    house.answers(0.2, 0.3);
    await house.tick(30);
    expect(house.runs()).toEqual([]);
    expect(verdicts()).toEqual(['suggest']);
    expect(house.store.world.decisions[0]?.restraints).toEqual([
      'it breached before this deployment started (30 %), which is likelier not at fault',
    ]);
    expect(house.notifications().map(({ kind }) => kind)).toEqual(['rollback_suggested']);
    expect(house.store.world.asks.map(({ at }) => at)).toContain(dayZero - 15_000);
    expect(house.store.world.trips).toEqual([]);
  });

  it('a past that cannot be asked for holds nothing back', async () => {
    house.answers(0.2, { kind: 'unreachable', reason: 'out of retention' });
    await house.tick(9);
    expect(verdicts()).toEqual(['roll_back']);
  });

  it('stands beside a dependency that was deployed in the same window and breaches too', async () => {
    const api = aService({ name: 'api', dependencies: ['main/shop/web'] });
    await house.store.services.apply(api, 'test', house.time.now());
    const release = { service: api.key, previousDeploymentId: 'api-1' };
    await house.commit({ newDeployments: [aBaseline({ ...release, id: 'api-1' })] });
    await house.commit({ newDeployments: [aDeployment({ ...release, id: 'api-2' })] });
    house.answers(0.2);
    await house.tick(12);
    expect(house.runs().map(({ run }) => run.deploymentId)).toEqual(['d2']);
    expect(house.store.world.decisions.find((one) => one.deploymentId === 'api-2')).toMatchObject({
      verdict: 'suggest',
      restraints: [
        'main/shop/web, which it depends on, was deployed in the same window (release 2) and breaches high_error_rate too',
      ],
    });
  });
});

describe('over replicas and slots', () => {
  it('judges a slot once', async () => {
    house.answers(0.2);
    const [a, b] = [house.createTicker('a'), house.createTicker('b')];
    const reports = await Promise.all([a.tick(dayZero, house.forever), b.tick(dayZero, house.forever)]);
    expect(reports.map((report) => report.chunks).sort()).toEqual([0, 1]);
    expect(house.store.world.readings).toHaveLength(1);
    expect(house.metrics.asked).toHaveLength(1);
  });

  it('records the slots that nobody judged', async () => {
    await house.tick();
    await house.time.pass(60_000);
    await house.tick();
    expect(house.store.world.slots.map((slot) => slot.missed)).toEqual([0, 4]);
  });

  it('writes nothing of a slot that was overtaken', async () => {
    house.answers(0.2);
    let answer = () => {};
    const { read } = house.metrics;
    house.metrics.read = async (...args) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return read(...args);
    };
    const overtaken = house.createTicker('slow', { deadlineMs: minute }).tick(dayZero, house.forever);
    await house.time.pass(15_000);
    house.metrics.read = read;
    await house.tick();
    answer();
    await overtaken;
    expect(house.store.world.slots).toMatchObject([{ discarded: true }, { discarded: false }]);
    expect(house.store.world.readings).toHaveLength(1);
    expect(state()?.lastSlot).toBe(dayZero + 15_000);
  });

  it('brakes when too many services trip in one slot, and says so on each', async () => {
    const names = ['cart', 'mail', 'pay', 'search', 'user'];
    for (const name of names) {
      const service = aService({ name });
      await house.store.services.apply(service, 'test', dayZero);
      const row = { service: service.key, version: 'v2' };
      await house.commit({
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
      await house.commit({ newDeployments: [aDeployment({ ...row, id: `${name}2` })] });
    }
    house.answers(0.2);
    await house.tick(9);
    expect(house.runs()).toEqual([]);
    expect(house.notifications()).toHaveLength(6);
    expect(house.store.world.decisions[0]?.sentence).toMatch(/6 services trip at the same time/);
    await house.tick(5);
    expect(house.notifications()).toHaveLength(6);
  });

  it('does not count or announce a run that lost against a click', async () => {
    house.answers(0.2);
    await house.tick(8);
    const { commit } = house.store.slots;
    house.store.slots.commit = async (claim, wants, judge) => {
      await house.commit({ newRuns: [{ ...manual, createdAt: house.time.now() }] });
      return commit(claim, wants, judge);
    };
    const report = await house.monitor.tick(house.time.now(), house.forever);
    expect(report.decisions).toBe(0);
    expect(house.runs().map(({ run }) => run.id)).toEqual(['click']);
    expect(types()).not.toContain('rollback.queued');
  });
});

const manual = {
  id: 'click',
  service: 'main/shop/web',
  deploymentId: 'd2',
  targetDeploymentId: 'd1',
  requester: { kind: 'person', name: 'ada' } as const,
  reason: '',
  evidence: null,
  status: 'queued' as const,
  plan: null,
  createdAt: dayZero,
  startsAt: dayZero,
  startedAt: null,
  finishedAt: null,
  verdict: null,
  stop: null,
  stopAsked: null,
};

describe('the watch', () => {
  const completed = {
    status: 'completed',
    completedAt: dayZero,
    watchEndsAt: dayZero + 30 * minute,
  } as const;

  it('ends verified, and is the last known good from then on', async () => {
    house = createTestEngine();
    await house.begin({ deployment: completed });
    await house.tick(120);
    expect(house.deployment('d2').proof).toBe('pending');
    await house.tick();
    expect(house.deployment('d2')).toMatchObject({ proof: 'verified', watchClosedAt: dayZero + 30 * minute });
    expect((await house.store.deployments.lastKnownGood('main/shop/web', 99))?.id).toBe('d2');
    expect(house.store.world.readings).toHaveLength(121);
    await house.tick();
    expect(house.store.world.readings).toHaveLength(121);
  });

  it('ends unproven when the source was away for too long', async () => {
    house = createTestEngine();
    await house.begin({ deployment: completed });
    house.metrics.setDown('refused');
    await house.tick(13);
    house.metrics.setDown(null);
    await house.tick(108);
    expect(house.deployment('d2').proof).toBe('unproven');
  });

  it('stays open while the deployment is being rolled back', async () => {
    house = createTestEngine();
    await house.begin({ deployment: completed });
    await house.tick(120);
    await house.commit({ newRuns: [{ ...manual, startsAt: house.time.now() + minute }] });
    await house.tick();
    expect(house.deployment('d2').proof).toBe('pending');
  });

  it('of an in-progress deployment has no end, and fires', async () => {
    house.answers(0.2);
    await house.tick(9);
    expect(house.runs()).toHaveLength(1);
  });
});

describe('several triggers', () => {
  it('asks a companion query beside its trigger, and holds on too few samples', async () => {
    house = createTestEngine();
    const trigger = aTrigger({ forMs: 0, minSamples: { query: 'count', atLeast: 20 } });
    await house.begin({ service: { triggers: [trigger] } });
    let samples = 1;
    house.metrics.answer(({ template }, at) => {
      if (at < dayZero - 10_000) return { kind: 'no-data' };
      return { kind: 'value', value: template === 'count' ? samples : 1 };
    });
    await house.tick(5);
    expect(house.runs()).toEqual([]);
    samples = 20;
    await house.tick();
    expect(house.runs()).toHaveLength(1);
  });

  it('does not ask during the warm-up', async () => {
    house = createTestEngine();
    await house.begin({ service: { triggers: [aTrigger({ initialDelayMs: minute })] } });
    await house.tick(4);
    expect(house.metrics.asked).toEqual([]);
    await house.tick();
    expect(house.metrics.asked).toHaveLength(1);
  });
});
