import type { Outage, StandingService } from '@lastgood/domain';
import { fleetStanding, standingOf } from '@lastgood/domain';
import { aDeployment, aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { aJudging } from './judging-harness.ts';
import { advance } from './truth-worlds-harness.ts';

const { intervalMs } = aJudging;
const now = dayZero + 10 * minute;
const slots = 10 * (minute / intervalMs);

interface Given {
  /** Minutes before `now` since which it breaches; it is read healthy without. */
  breaches?: number;
  /** Minutes before `now`. */
  deployed?: number;
  needs?: string[];
  release?: number;
  isWatched?: boolean;
  outages?: Outage[];
  /** Minutes before `now` at which it was read last. */
  unreadFor?: number;
}

function service(name: string, given: Given = {}): StandingService {
  const { breaches = 0, deployed = 600, needs = [], release = 2, isWatched = true } = given;
  const trigger = aTrigger();
  let state: ReturnType<typeof advance> | null = null;
  const last = slots - ((given.unreadFor ?? 0) * minute) / intervalMs;
  for (let n = 1; n <= last; n += 1) {
    const at = dayZero + n * intervalMs;
    state = advance(trigger, state, { kind: 'value', value: now - at < breaches * minute ? 1 : 0 }, at);
  }
  const startedAt = now - deployed * minute;
  const completed = { status: 'completed', completedAt: startedAt, watchEndsAt: now + 30 * minute } as const;
  const known = {
    service: { key: `main/shop/${name}`, name, dependencies: needs.map((one) => `main/shop/${one}`) },
    release: {
      ...aDeployment({ id: name, ...completed, startedAt, release, version: `v${release}` }),
      watchClosedAt: isWatched ? null : now - 60 * minute,
      doubt: null,
    },
    triggers: [{ trigger, state }],
    target: release > 1 ? { release: release - 1, version: `v${release - 1}` } : null,
    ...{ activeRun: null, stoppedRunId: null, declaredAt: null, followed: { kind: 'seen' } as const },
    ...{ outages: given.outages ?? [], acknowledgement: null, foresight: null },
  };
  return { known, standing: standingOf(known, { ...aJudging, now, readingSince: null }) };
}

const fleet = (...services: StandingService[]) => fleetStanding(services);
const causes = (...services: StandingService[]) =>
  fleet(...services).groups.map(({ cause, services: keys, deploymentId }) => [
    `${cause.kind} ${cause.name}`,
    keys.map((key) => key.split('/').at(-1)).join(' '),
    deploymentId,
  ]);

test('what all depend on and was deployed before them is the cause, and the way back', () => {
  const edge = service('edge', { deployed: 5, breaches: 3 });
  const needs = ['edge'];
  const all = [edge, service('a', { breaches: 2, needs }), service('b', { breaches: 2, needs })];
  expect(causes(...all, service('calm', { needs }))).toEqual([['dependency edge v2', 'a b edge', 'edge']]);
  expect(fleet(...all).groups[0]?.sentence).toMatch(
    /^3 services fail together; edge v2 was deployed 2 min 15 s before the first$/,
  );
  expect(fleet(...all).title).toBe('You: 3 services, common cause edge v2');
});

test('a dependency through others is the cause; those between fail for it, too', () => {
  const db = service('db', { deployed: 5, breaches: 3 });
  const api = service('api', { breaches: 2, needs: ['db'] });
  const web = service('web', { breaches: 2, needs: ['api'] });
  expect(causes(web, api, db)).toEqual([['dependency db v2', 'api db web', 'db']]);
  // What is between is well by its own word, and passes the failure on.
  expect(causes(web, service('api', { needs: ['db'] }), db)).toEqual([['dependency db v2', 'db web', 'db']]);
});

test('a dependency that is read healthy is no cause, however lately it was deployed', () => {
  const needs = ['edge'];
  const two = [service('a', { breaches: 2, needs }), service('b', { breaches: 2, needs })];
  expect(causes(...two, service('edge', { deployed: 5 }))).toEqual([]);
});

test('a dependency that began to fail long after the others is no cause of theirs', () => {
  const edge = service('edge', { breaches: 1, deployed: 600 });
  const needs = ['edge'];
  expect(causes(edge, service('a', { breaches: 8, needs }), service('b', { breaches: 8, needs }))).toEqual(
    [],
  );
});

test('what served well for long is named as the cause, and not as what to take back', () => {
  const edge = service('edge', { breaches: 3, isWatched: false });
  const group = fleet(edge, service('a', { breaches: 2, needs: ['edge'] })).groups[0];
  expect(group).toMatchObject({
    sentence: '2 services fail together; all depend on edge v2, which fails too',
    deploymentId: null,
  });
});

test('two causes at once are two groups, each with its own way back', () => {
  const pair = (root: string) => [
    service(root, { deployed: 5, breaches: 3 }),
    service(`${root}-user`, { breaches: 2, needs: [root] }),
  ];
  expect(causes(...pair('db'), ...pair('edge'))).toEqual([
    ['dependency db v2', 'db db-user', 'db'],
    ['dependency edge v2', 'edge edge-user', 'edge'],
  ]);
});

test('a deploy of the same moment is a cause only of what was deployed then and failed after it', () => {
  const together = ['a', 'b', 'c'].map((name) => service(name, { deployed: 5, breaches: 2 }));
  const said = fleet(...together, service('d', { deployed: 5 }));
  expect(said.groups).toMatchObject([
    {
      cause: { kind: 'deploy', name: '12:05:00 UTC' },
      services: together.map(({ known }) => known.service.key),
    },
  ]);
  expect(said.title).toBe('You: 3 services, all deployed at 12:05:00 UTC · nobody: 1 watched');
  // They failed before it, long after it, or were only first seen then.
  for (const over of [{ breaches: 8 }, { deployed: 120 }, { release: 1 }])
    expect(
      causes(...['a', 'b', 'c'].map((name) => service(name, { deployed: 5, breaches: 2, ...over }))),
    ).toEqual([]);
});

test('what does not answer is the cause of all that cannot be seen for it, breaches that stand still included', () => {
  const source: Outage = {
    kind: 'source',
    name: 'Prometheus main',
    text: 'Prometheus main does not answer: timed out',
  };
  const blind = { outages: [source], deployed: 5 };
  const all = ['a', 'b', 'c'].map((name) => service(name, blind));
  const frozen = service('d', { ...blind, breaches: 1 });
  expect(frozen.standing.state).toBe('pending');
  const said = fleet(...all, frozen);
  expect(said.groups).toMatchObject([
    { cause: { kind: 'source', name: 'Prometheus main' }, deploymentId: null },
  ]);
  expect(said.groups[0]?.services).toHaveLength(4);
  expect(said.title).toBe('You: 4 services, Prometheus main does not answer');
  const cluster: Outage = { kind: 'cluster', name: 'main', text: 'Cluster main does not answer: refused' };
  const both = ['a', 'b'].map((name) => service(name, { outages: [cluster, source] }));
  expect(fleet(...both, ...all.slice(2)).title).toBe(
    'You: 2 services, cluster main does not answer, and 1 more',
  );
});

test('a server that has just started is starting, and calls nobody; later it says what it did not do', () => {
  const old = service('web', { unreadFor: 8 });
  expect(old.standing).toMatchObject({ state: 'unseen', actor: 'you' });
  expect(old.standing.lead).toMatch(/^high_error_rate was not asked in time/);
  const after = (ms: number) => standingOf(old.known, { ...aJudging, now: now + ms, readingSince: now });
  expect(after(10_000)).toMatchObject({
    state: 'starting',
    actor: 'nobody',
    sentence: 'Starting, first reading in 5 s',
  });
  expect(after(25_000).actor).toBe('nobody');
  expect(after(61_000)).toMatchObject({ state: 'unseen', actor: 'you' });
});
