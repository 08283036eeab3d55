import { acknowledgementInForce, firingBreaches } from '@lastgood/domain';
import {
  aBaseline,
  aDeployment,
  aService,
  aTrigger,
  dayZero,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';

/** Its watch has passed clean, an hour ago. */
const verified = {
  status: 'completed',
  proof: 'verified',
  startedAt: dayZero - 100 * minute,
  completedAt: dayZero - 90 * minute,
  watchEndsAt: dayZero - 60 * minute,
  watchClosedAt: dayZero - 60 * minute,
} as const;

let engine: TestEngine;
const begin = async (over: Parameters<TestEngine['begin']>[0] = {}) => {
  engine = createTestEngine();
  await engine.begin({ ...over, deployment: { ...verified, ...over.deployment } });
};
beforeEach(() => begin());

const state = (trigger = 'high_error_rate', id = 'd2') => engine.store.world.states.get(`${id}/${trigger}`);
const readings = () => engine.store.world.readings;
const verdicts = () => engine.store.world.decisions.map(({ verdict }) => verdict);
const acting = { policy: { ...aService().policy, afterWatch: 'roll_back' as const } };

describe('what serves after its watch', () => {
  it('is read once a minute while it is at rest', async () => {
    await engine.tick(40);
    expect(readings()).toHaveLength(10);
    expect(new Set(readings().map(({ slot }) => (slot - dayZero) % minute)).size).toBe(1);
    expect(engine.metrics.asked).toHaveLength(10);
  });

  it('leaves no query behind that came to nothing, and every one about a breach', async () => {
    const { asks } = engine.store.world;
    await engine.tick(8);
    expect(asks).toEqual([]);
    engine.answers(0.2);
    await engine.tick(20);
    const breaching = readings().filter(({ phase }) => phase !== 'inactive');
    expect(asks).toHaveLength(breaching.length);
    engine.answers(0);
    await engine.tick(8);
    expect(asks).toHaveLength(breaching.length);
  });

  it('is read in every slot from its breach until it has recovered', async () => {
    await engine.tick(4);
    engine.answers(0.2);
    await engine.tick(20);
    expect(state()).toMatchObject({ phase: 'firing', heldMs: 120_000 });
    const breached = readings().filter(({ phase }) => phase !== 'inactive');
    expect(breached.length).toBeGreaterThanOrEqual(17);
    engine.answers(0);
    await engine.tick();
    expect(state()?.phase).toBe('inactive');
    const before = readings().length;
    await engine.tick(8);
    expect(readings()).toHaveLength(before + 2);
  });

  it('is read in every slot for a minute when it cannot be asked, then at the slower pace again', async () => {
    engine.metrics.setDown('refused');
    await engine.tick(40);
    expect(readings()).toHaveLength(1 + 4 + 8);
    expect(state()).toMatchObject({ troubleReason: 'refused', phase: 'unknown' });
    expect(engine.events('trigger.trouble')).toHaveLength(1);
    engine.metrics.setDown(null);
    await engine.tick(8);
    expect(readings()).toHaveLength(13 + 2);
    expect(state()).toMatchObject({ troubleReason: null, phase: 'inactive' });
  });

  it('is not taken back by itself: that is suggested, once for each firing, and asks nothing of the past', async () => {
    engine.answers(0.2, 0.3);
    await engine.tick(40);
    expect(engine.runs()).toEqual([]);
    expect(verdicts()).toEqual(['suggest']);
    expect(engine.store.world.decisions[0]).toMatchObject({
      wanted: 'roll_back',
      restraints: ['its watch is over, and from then on a rollback is only suggested'],
      guards: [],
    });
    expect(engine.notifications().map(({ kind }) => kind)).toEqual(['rollback_suggested']);
    expect(engine.store.world.trips).toEqual([]);
    expect(engine.store.world.asks.every(({ at }) => at >= dayZero - 2_000)).toBe(true);
    expect(engine.events('trigger.pending')[0]?.text).toMatch(/fires in 2 min$/);
    engine.answers(0);
    await engine.tick(4);
    engine.answers(0.2);
    await engine.tick(40);
    expect(verdicts()).toEqual(['suggest', 'suggest']);
    const told = engine.notifications().map(({ kind }) => kind);
    expect(told).toEqual(['rollback_suggested', 'incident_over', 'rollback_suggested']);
  });

  it('is taken back by itself where the policy says so', async () => {
    await begin({ service: acting });
    engine.answers(0.2);
    await engine.tick(20);
    expect(engine.runs()).toMatchObject([{ run: { deploymentId: 'd2', targetDeploymentId: 'd1' } }]);
  });

  it('keeps what its watch has proven, and what it counted', async () => {
    const before = engine.deployment('d2');
    await engine.tick(8);
    engine.answers(0.2);
    await engine.watch(20);
    engine.answers(0);
    await engine.watch(200);
    expect(engine.deployment('d2')).toEqual(before);
    expect(state()).toMatchObject({ slotsAsked: 0, slotsHealthy: 0, everFired: true });
    expect(engine.events('deployment.verified')).toEqual([]);
    expect(engine.events('deployment.unproven')).toEqual([]);
    expect((await engine.store.deployments.lastKnownGood('main/shop/web', 99))?.id).toBe('d2');
  });

  it('waits for a warm-up, counted from its start', async () => {
    const trigger = aTrigger({ initialDelayMs: 110 * minute });
    await begin({ service: { triggers: [trigger] } });
    await engine.tick(40);
    expect(readings()).toEqual([]);
    await engine.tick(4);
    expect(readings()).toHaveLength(1);
  });

  it('may be what was there when the service was applied, and is read no more when it is replaced', async () => {
    engine = createTestEngine();
    const api = aService({ name: 'api' });
    await engine.store.services.apply(api, 'test', dayZero);
    await engine.commit({ newDeployments: [aBaseline({ id: 'api-1', service: api.key })] });
    await engine.tick(8);
    expect(readings().map(({ deploymentId }) => deploymentId)).toEqual(['api-1', 'api-1']);
    await engine.commit({
      newDeployments: [aDeployment({ id: 'api-2', service: api.key, previousDeploymentId: 'api-1' })],
    });
    await engine.tick(8);
    expect(readings().filter(({ deploymentId }) => deploymentId === 'api-1')).toHaveLength(2);
    expect(readings().filter(({ deploymentId }) => deploymentId === 'api-2')).toHaveLength(8);
  });

  it('speaks for its service where a release of the same window depends on it, its watch over', async () => {
    await begin({ deployment: { ...verified, startedAt: dayZero - 20 * minute } });
    const api = aService({ name: 'api', dependencies: ['main/shop/web'] });
    await engine.store.services.apply(api, 'test', dayZero);
    const of = { service: api.key, previousDeploymentId: 'api-1' };
    await engine.commit({ newDeployments: [aBaseline({ ...of, id: 'api-1' })] });
    await engine.commit({ newDeployments: [aDeployment({ ...of, id: 'api-2' })] });
    engine.answers(0.2);
    await engine.tick(20);
    expect(engine.runs()).toEqual([]);
    const ofApi = engine.store.world.decisions.find(({ deploymentId }) => deploymentId === 'api-2');
    expect(ofApi?.restraints.join()).toMatch(
      /main\/shop\/web, which it depends on, .* breaches high_error_rate too/,
    );
  });
});

describe('a watch', () => {
  it.each([
    ['auto_rollback', false],
    ['page_and_suggest', false],
    ['log_only', true],
  ] as const)('while %s breaches closes: %s', async (severity, closes) => {
    const trigger = aTrigger({ severity, forMs: minute });
    const open = { ...verified, proof: 'pending', watchClosedAt: null } as const;
    await begin({
      service: { triggers: [trigger] },
      deployment: { ...open, watchEndsAt: dayZero + 2 * minute },
    });
    engine.answers(0.2, 0.2);
    await engine.tick(80);
    expect(engine.deployment('d2').watchClosedAt !== null).toBe(closes);
  });

  it('of a failed rollout goes on while a trigger breaches, past its maximum age', async () => {
    engine = createTestEngine();
    await engine.begin({
      deployment: { status: 'failed', proof: 'unproven', startedAt: dayZero - 59 * minute },
    });
    engine.answers(0.2, 0.2);
    await engine.tick(40);
    expect(engine.deployment('d2').watchClosedAt).toBeNull();
    engine.answers(0);
    await engine.tick(2);
    expect(engine.deployment('d2').watchClosedAt).not.toBeNull();
    expect(engine.events('deployment.unproven').map(({ text }) => text)).toEqual([
      'v2 (release 2) is no longer watched: its rollout never completed.',
    ]);
    // What fired is over; the rollout is failed as it was, and whoever was called for it stays called.
    const over = engine.notifications().filter(({ kind }) => kind === 'incident_over');
    expect(over.map(({ key }) => key)).toEqual([expect.stringContaining('/incident_over/recovered/')]);
  });
});

describe('an acknowledgement', () => {
  const acknowledge = (minutes: number) => {
    const triggers = [{ trigger: aTrigger(), state: state() ?? null }];
    const at = engine.time.now();
    const said = {
      by: 'ada',
      note: null,
      at,
      until: at + minutes * minute,
      breaches: firingBreaches(triggers),
    };
    engine.store.world.acknowledgements.set('d2', said);
    expect(acknowledgementInForce(said, triggers, at)).toBe(said);
  };
  const ends = () => engine.events('deployment.acknowledgement-ended').map(({ text }) => text);

  it.each<[string, number, number, string]>([
    [
      'nothing fires any more that calls somebody',
      60,
      0,
      'The acknowledgement of v2 (release 2) by ada is over: nothing fires any more that calls somebody.',
    ],
    [
      'its time has passed',
      2,
      0.2,
      'The acknowledgement of v2 (release 2) by ada is over: its time has passed.',
    ],
  ])('ends when %s, and is said once', async (_words, minutes, next, said) => {
    engine.answers(0.2);
    await engine.tick(16);
    acknowledge(minutes);
    engine.answers(next);
    await engine.tick(20);
    expect(ends()).toEqual([said]);
    expect(engine.store.world.acknowledgements.size).toBe(0);
  });

  const pages = () => engine.notifications().filter(({ urgency }) => urgency === 'page');

  it('calls again as its time has passed and it still fires, once and under a key of its own', async () => {
    engine.answers(0.2);
    await engine.tick(16);
    acknowledge(2);
    await engine.tick(4);
    expect(pages()).toHaveLength(1);
    await engine.tick(20);
    const [first, again, ...more] = pages();
    expect(more).toEqual([]);
    expect(again).toMatchObject({
      ...{ kind: 'rollback_suggested', deploymentId: 'd2' },
      title: `${first?.title}, and ada is not at it any more`,
      text: expect.stringMatching(/ The acknowledgement of .* by ada is over: its time has passed\.$/),
      facts: { trigger: { name: 'high_error_rate', value: 0.2 }, to: { release: 1 }, next: null },
    });
    expect(again?.key).not.toBe(first?.key);
    expect(again?.at).toBeGreaterThan(first?.at ?? 0);
  });

  it('calls again as it is taken back, which is said once', async () => {
    engine.answers(0.2);
    await engine.tick(16);
    acknowledge(60);
    const { acknowledgements } = engine.store.world;
    const said = acknowledgements.get('d2');
    if (said) acknowledgements.set('d2', { ...said, takenBackBy: 'grace' });
    await engine.tick(4);
    expect(pages()).toMatchObject([
      {},
      { text: expect.stringMatching(/ grace took back the acknowledgement of v2 \(release 2\)\.$/) },
    ]);
    expect(ends()).toEqual([]);
    expect(acknowledgements.size).toBe(0);
  });

  it('calls nobody as what fired has recovered', async () => {
    engine.answers(0.2);
    await engine.tick(16);
    acknowledge(60);
    engine.answers(0);
    await engine.tick(20);
    expect(ends()).toHaveLength(1);
    expect(pages()).toHaveLength(1);
  });

  it('calls once as something else fires that is news, and again as it is none', async () => {
    const triggers = ['high_error_rate', 'restarts', 'graver'].map((name) =>
      aTrigger({ name, query: name, severity: name === 'graver' ? 'auto_rollback' : 'page_and_suggest' }),
    );
    await begin({ service: { triggers } });
    const firing = new Set(['high_error_rate']);
    engine.metrics.answer(({ template }, at) => ({
      kind: 'value',
      value: at >= dayZero - minute && firing.has(template) ? 0.2 : 0,
    }));
    const acknowledgeAll = () => {
      const at = engine.time.now();
      const breaches = firingBreaches(
        triggers.map((trigger) => ({ trigger, state: state(trigger.name) ?? null })),
      );
      const said = { by: 'ada', note: null, at, until: at + 60 * minute, breaches };
      engine.store.world.acknowledgements.set('d2', said);
    };
    await engine.tick(16);
    for (const name of ['restarts', 'graver']) {
      acknowledgeAll();
      firing.add(name);
      await engine.tick(16);
    }
    expect(ends()).toHaveLength(2);
    expect(pages().map(({ title }) => title.includes('ada is not at it'))).toEqual([false, true, false]);
  });

  it('ends when something else begins to fire, and holds back nothing', async () => {
    const other = aTrigger({ name: 'restarts', query: 'restarts', forMs: 0 });
    await begin({ service: { ...acting, triggers: [aTrigger({ severity: 'page_and_suggest' }), other] } });
    let restarts = 0;
    engine.metrics.answer(({ template }, at) => ({
      kind: 'value',
      value: at < dayZero - minute ? 0 : template === 'restarts' ? restarts : 0.2,
    }));
    await engine.tick(16);
    const triggers = [{ trigger: aTrigger({ severity: 'page_and_suggest' }), state: state() ?? null }];
    const at = engine.time.now();
    engine.store.world.acknowledgements.set('d2', {
      ...{ by: 'ada', note: null, at, until: at + 60 * minute, breaches: firingBreaches(triggers) },
    });
    await engine.tick(4);
    expect(ends()).toEqual([]);
    restarts = 1;
    await engine.tick(2);
    expect(ends()).toEqual([
      'The acknowledgement of v2 (release 2) by ada is over: something began to fire after it.',
    ]);
    expect(engine.runs()).toHaveLength(1);
  });
});
