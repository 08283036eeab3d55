import { judgeGroupAgain, replayDecision, type Service, type ServicePolicy } from '@lastgood/domain';
import { aService, aTrigger, dayZero, imageOf } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bringOutTwo, contracts, runningImage } from '../rollback/cascade-harness.ts';

/*
 * catalog 2 is bad. checkout came out with it and needs what only catalog 2 provides; mail came out, too, and needs nothing.
 */

const [v1, v2] = [imageOf('v1'), imageOf('v2')];

let engine: TestEngine;
beforeEach(() => {
  engine = createTestEngine();
});

/** Each decision comes out again from what was stored, whatever the group. */
afterEach(() => {
  const { decisions, readings } = engine.store.world;
  for (const one of decisions) {
    const own = readings.filter(({ deploymentId }) => deploymentId === one.deploymentId);
    const { kind, differences } = replayDecision(one, own);
    expect({ kind, differences }).toEqual({ kind: 'replayed', differences: [] });
  }
});

/** The slot in which a breach of two minutes fires. */
const firesAt = 9;
const policy = (over: Partial<ServicePolicy>) => ({ policy: { ...aService().policy, ...over } });

async function bringOutShop(of: { catalog?: Partial<Service>; checkout?: Partial<Service> } = {}) {
  await bringOutTwo(engine, 'catalog', {
    ...{ service: of.catalog ?? {}, good: contracts({ api: '2' }), bad: contracts({ api: '3' }) },
  });
  await bringOutTwo(engine, 'checkout', {
    service: { dependencies: ['main/shop/catalog'], ...of.checkout },
    bad: contracts({}, { api: '>=3' }),
  });
  await bringOutTwo(engine, 'mail', { service: { dependencies: ['main/shop/catalog'] } });
}

/** These breach while they run release 2, and did not before. */
const breach = (...names: string[]) =>
  engine.metrics.answer(({ variables }, at) => {
    const name = String(variables.SERVICE);
    const isBad = at >= dayZero - 10_000 && names.includes(name) && runningImage(engine, name) === v2;
    return { kind: 'value', value: isBad ? 0.2 : 0 };
  });
const decided = () =>
  engine.store.world.decisions.map(({ service, verdict }) => [service.split('/').at(-1), verdict]);
const suggestion = () => engine.notifications().find(({ kind }) => kind === 'rollback_suggested')?.text;
const images = () => ['catalog', 'checkout', 'mail'].map((name) => runningImage(engine, name));

describe('a release that others cannot do without', () => {
  it('goes back with them, in one run, and each of them says so', async () => {
    await bringOutShop();
    breach('catalog');
    await engine.tick(firesAt);
    expect(decided()).toEqual([['catalog', 'roll_back']]);
    expect(engine.store.world.decisions[0]?.sentence).toContain(
      'rolling back to v1 (release 1), with checkout (it needs api >=3, and v1 (release 1) of catalog provides 2).',
    );
    const [row] = engine.runs();
    expect(row?.run).toMatchObject({ service: 'main/shop/catalog', stopCondition: 'any-failure' });
    await engine.work();
    expect(engine.runs()[0]?.run.members?.map(({ service, status }) => [service, status])).toEqual([
      ['main/shop/checkout', 'done'],
      ['main/shop/catalog', 'done'],
    ]);
    expect(images()).toEqual([v1, v1, v2]);
    expect(
      engine.events('rollback.queued').map(({ service, deploymentId }) => [service, deploymentId]),
    ).toEqual([
      ['main/shop/catalog', 'catalog-2'],
      ['main/shop/checkout', 'checkout-2'],
    ]);
    for (const type of ['rollback.passed', 'deployment.rolled-back'])
      expect(
        engine
          .events(type)
          .map(({ service }) => service)
          .sort(),
      ).toEqual(['main/shop/catalog', 'main/shop/checkout']);
  });

  it('goes back once where both breach: the one that depends on it does not go alone, nor is it suggested', async () => {
    await bringOutShop();
    breach('catalog', 'checkout');
    await engine.tick(firesAt);
    expect(decided()).toEqual([['catalog', 'roll_back']]);
    expect(engine.runs()).toHaveLength(1);
    expect(engine.notifications().filter(({ kind }) => kind === 'rollback_suggested')).toEqual([]);
    await engine.work();
    await engine.tick(firesAt);
    expect(engine.runs()).toHaveLength(1);
    expect(images()).toEqual([v1, v1, v2]);
  });

  it('is known from what is stored of the decision alone, with what each trip counts', async () => {
    await bringOutShop();
    breach('catalog');
    await engine.tick(firesAt);
    for (const one of engine.store.world.decisions) {
      expect(one.group).not.toBeNull();
      expect(judgeGroupAgain(one)).toEqual(one.group);
    }
    expect(engine.store.world.trips.map(({ service }) => service).sort()).toEqual([
      'main/shop/catalog',
      'main/shop/checkout',
    ]);
  });

  it('goes alone where nothing says that anybody has to follow', async () => {
    await bringOutShop();
    breach('mail');
    await engine.tick(firesAt);
    expect(engine.runs().map(({ run }) => [run.service, run.members])).toEqual([
      ['main/shop/mail', undefined],
    ]);
  });
});

describe('what keeps a group from going back by itself', () => {
  it.each<[string, Parameters<typeof bringOutShop>[0], string]>([
    [
      'its policy',
      { catalog: policy({ automaticGroup: 'suggest' }) },
      'its policy only suggests a rollback that takes others along',
    ],
    [
      'a follower whose team never let Lastgood act',
      { checkout: { triggers: [aTrigger({ severity: 'page_and_suggest' })] } },
      'checkout has to go back with it and does not by itself: none of its triggers rolls back by itself',
    ],
    [
      'a follower that would go back too far',
      { checkout: policy({ automaticMaxTargetAgeMs: 1 }) },
      'checkout has to go back with it and does not by itself: v1 (release 1) last served',
    ],
  ])('%s: it is suggested with all of them, and why', async (_words, of, why) => {
    await bringOutShop(of);
    breach('catalog');
    await engine.tick(firesAt);
    expect(engine.runs()).toEqual([]);
    expect(decided()).toEqual([['catalog', 'suggest']]);
    expect(suggestion()).toContain('a rollback to v1 (release 1), with checkout (it needs api >=3');
    expect(suggestion()).toContain(why);
    for (const one of engine.store.world.decisions) expect(judgeGroupAgain(one)).toEqual(one.group);
  });

  it('the brake on an hour, which counts each of them', async () => {
    await bringOutShop();
    breach('catalog');
    const one = engine.createTicker('two', { brakes: { maxAutomaticPerHour: 1, maxTrippedPerSlot: 5 } });
    for (let n = 0; n < firesAt; n += 1) {
      await one.tick(engine.time.now(), engine.forever);
      await engine.time.pass(15_000);
    }
    expect(engine.runs()).toEqual([]);
    expect(suggestion()).toContain(
      'it would take back 2 services, and the limit is 1 automatic rollback an hour, each service counted',
    );
  });

  it('a follower that is going back already; once that is over it goes', async () => {
    await bringOutShop();
    breach('catalog');
    const click = { id: 'click', service: 'main/shop/checkout', deploymentId: 'checkout-2' };
    await engine.tick(firesAt - 1);
    const asked = await engine.store.commands.queueRun({
      ...{ ...click, targetDeploymentId: 'checkout-1', requester: { kind: 'person', name: 'ada' } },
      ...{ reason: '', evidence: null, status: 'queued', plan: null, createdAt: engine.time.now() },
      ...{ startsAt: engine.time.now(), startedAt: null, finishedAt: null, verdict: null },
      ...{ stop: null, stopAsked: null },
    });
    expect(asked.kind).toBe('queued');
    await engine.tick(1);
    expect(decided()).toEqual([['catalog', 'suggest']]);
    expect(suggestion()).toContain('a rollback of this service is already running');
    await engine.work();
    await engine.tick(1);
    await engine.work();
    expect(engine.runs().map(({ run }) => [run.service, run.members, run.status])).toEqual([
      ['main/shop/checkout', undefined, 'done'],
      ['main/shop/catalog', undefined, 'done'],
    ]);
    expect(images()).toEqual([v1, v1, v2]);
  });

  it.each([
    ['checkout', 'somebody put it back', false],
    ['checkout', 'a person has let it in since', true],
    ['catalog', 'somebody put it back', false],
    ['catalog', 'a person has let it in since', true],
  ])(
    'of %s, that %s: while the hold of what was taken back before is in force',
    async (name, _words, isReleased) => {
      await bringOutShop();
      const service = `main/shop/${name}`;
      const [deploymentId, back] = [`${name}-2`, 'so only a person takes it back again'];
      const hold = {
        ...{ id: 'h0', service, deploymentId: `${name}-0`, runId: 'r0', reason: '', templateDigest: 'bad' },
        ...{ imageDigests: [], images: [], placedAt: dayZero, releasedBy: null },
      };
      await engine.store.deployments.commit({
        deployments: [
          { id: deploymentId, putBack: { kind: 'back', runId: 'r0', by: null, words: 'back.', advice: '' } },
        ],
        holds: [{ ...hold, releasedAt: isReleased ? dayZero : null }],
      });
      breach('catalog');
      await engine.tick(firesAt);
      expect(decided()).toEqual([['catalog', isReleased ? 'roll_back' : 'suggest']]);
      if (!isReleased) expect(suggestion()).toContain(back);
    },
  );

  it('nothing where its policy says alone', async () => {
    await bringOutShop({ catalog: policy({ automaticGroup: 'alone' }) });
    breach('catalog');
    await engine.tick(firesAt);
    await engine.work();
    expect(engine.runs().map(({ run }) => run.members)).toEqual([undefined]);
    expect(images()).toEqual([v1, v2, v2]);
  });
});

it('whoever is beyond the brake of a slot is not looked for', async () => {
  await bringOutShop();
  const asked: string[][] = [];
  const { neighbours } = engine.store.deployments;
  engine.store.deployments.neighbours = (services) => {
    asked.push([...services]);
    return neighbours(services);
  };
  breach('catalog', 'mail');
  const ticker = engine.createTicker('two', { brakes: { maxAutomaticPerHour: 9, maxTrippedPerSlot: 0 } });
  for (let n = 0; n < firesAt; n += 1) {
    await ticker.tick(engine.time.now(), engine.forever);
    await engine.time.pass(15_000);
  }
  expect(asked).toEqual([]);
  expect(engine.runs()).toEqual([]);
  expect(suggestion()).toContain('want a rollback at the same time (more than 0)');
});
