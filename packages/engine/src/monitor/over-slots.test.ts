import { aBaseline, aDeployment, aService, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { beginEach, engine, manual, state, types } from './tick-harness.ts';

beginEach();

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
