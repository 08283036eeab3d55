import {
  aDeployment,
  aService,
  aTrigger,
  dayZero,
  minute,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { monitorSettings } from '@lastgood/testkit/scenario/test-engine';
import { describe, expect, it } from 'vitest';
import { createMonitor } from './tick.ts';
import { begin, beginEach, engine, state, types } from './tick-harness.ts';

beginEach();

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
      requester: { kind: 'automatic', trigger: 'high_error_rate', beside: '' },
    });
    expect(engine.store.world.decisions).toMatchObject([
      {
        verdict: 'roll_back',
        sentence: 'high_error_rate 20 % > 5 % for 2 min (needed 2 min): rolling back to v1 (release 1).',
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
    await begin({
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
    // A press goes back there, and the page of the service says so.
    expect(engine.notifications()[0]?.facts).toMatchObject({
      ...{ to: { version: 'v1', release: 1 }, versions: 'v2 again → v1 (release 2 → 1)' },
    });
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

describe('several triggers', () => {
  it('asks a companion query beside its trigger, and holds on too few samples', async () => {
    const trigger = aTrigger({ forMs: 0, minSamples: { query: 'count', atLeast: 20 } });
    await begin({ service: { triggers: [trigger] } });
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
    await begin({ service: { triggers: [aTrigger({ initialDelayMs: minute })] } });
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

describe('a chunk that cannot be claimed', () => {
  it('keeps no other from being judged, and is told', async () => {
    const other = aService({ name: 'other', key: 'other/shop/web', cluster: 'other' });
    await engine.store.services.apply(other, 'test', dayZero);
    await engine.commit({ newDeployments: [aDeployment({ id: 'o1', service: other.key })] });
    engine.answers(0.2);
    const { claim } = engine.store.slots;
    // More than are judged at once: that one fails must end nobody's turns.
    engine.store.slots.chunks = async () => 20;
    engine.store.slots.claim = async (slot, chunk, ...rest) => {
      if (chunk !== 19) throw new Error(`chunk ${chunk} is locked`);
      return claim(slot, 1, ...rest);
    };
    await expect(engine.monitor.tick(dayZero, engine.forever)).rejects.toThrow('chunk 0 is locked');
    const judged = [...engine.store.world.states.values()].filter(({ lastSlot }) => lastSlot === dayZero);
    expect(judged).toHaveLength(1);
  });
});
