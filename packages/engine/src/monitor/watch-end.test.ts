import { type Reading, replay } from '@lastgood/domain';
import { aDeployment, aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { begin, beginEach, engine, manual, state } from './tick-harness.ts';

beginEach();

describe('the watch', () => {
  const completed = {
    status: 'completed',
    completedAt: dayZero,
    watchEndsAt: dayZero + 30 * minute,
  } as const;

  it('ends verified, and is the last known good from then on', async () => {
    await begin({ deployment: completed });
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
    await begin({ deployment: completed });
    engine.metrics.setDown('refused');
    await engine.tick(13);
    engine.metrics.setDown(null);
    await engine.tick(108);
    expect(engine.deployment('d2').proof).toBe('unproven');
  });

  it('stays open while the deployment is being rolled back', async () => {
    await begin({ deployment: completed });
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
    const trigger = aTrigger({ minSamples: { query: 'count', atLeast: 20 } });
    await begin({ service: { triggers: [trigger] }, deployment: completed });
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
    const trigger = aTrigger({ minSamples: { query: 'count', atLeast: 20 } });
    await begin({ service: { triggers: [trigger] }, deployment: completed });
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
    const trigger = aTrigger({ minSamples: { query: 'count', atLeast: 20 } });
    await begin({ service: { triggers: [trigger] } });
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
    const page = aTrigger({ name: 'high_latency', query: 'latency', severity: 'page_and_suggest' });
    await begin({ service: { triggers: [aTrigger(), page] }, deployment: completed });
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
    const page = aTrigger({ name: 'high_latency', query: 'latency', severity: 'page_and_suggest' });
    await begin({ service: { triggers: [aTrigger(), page] }, deployment: completed });
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
    await begin({ service: { triggers: [alertRule] } });
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
    await begin({ service: { triggers: [alertRule] } });
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
    await begin({
      service: { triggers: [alertRule] },
      deployment: { status: 'completed', completedAt: dayZero, watchEndsAt: dayZero + 30 * minute },
    });
    engine.answers({ kind: 'no-data' });
    await engine.tick(121);
    expect(engine.deployment('d2').proof).toBe('unproven');
  });
});
