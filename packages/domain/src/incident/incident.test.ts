import { aDeployment, aMember, aRun, dayZero } from '@lastgood/testkit/scenario/builders';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventType, StoredEvent } from '../audit/events.ts';
import { drawIncident } from './draw-incident.ts';
import {
  type IncidentDeployment,
  type IncidentFacts,
  incidentMarginMs,
  mostIncidentLanes,
} from './incident.ts';
import { laneOrder } from './lane-order.ts';
import { nearServices } from './near-services.ts';

const second = 1000;
const minute = 60 * second;
let ids = 0;

function event(type: EventType, at: number, service: string, over: Partial<StoredEvent> = {}): StoredEvent {
  ids += 1;
  const about = { deploymentId: `${service}-2`, runId: null };
  return { id: ids, type, at: dayZero + at, service, ...about, text: type, data: {}, ...over };
}

function bad(service: string, over: Partial<IncidentDeployment> = {}): IncidentDeployment {
  const { readUntil = over.watchClosedAt ?? null, ...given } = over;
  return { ...aDeployment({ id: `${service}-2`, service, ...given }), readUntil };
}

const errors = { data: { trigger: 'errors' } };

/** Errors from one instant to another. */
function breach(service: string, from: number, to: number): StoredEvent[] {
  return [
    event('trigger.pending', from, service, errors),
    event('trigger.fired', from + 20 * second, service, errors),
    event('trigger.resolved', to, service, errors),
  ];
}

function facts(over: Partial<IncidentFacts>): IncidentFacts {
  const [services, deployments, events] = [
    [{ key: 'a', dependencies: [] }],
    [bad('a')],
    breach('a', minute, 5 * minute),
  ];
  const rest = { deploymentId: 'a-2', now: dayZero + 60 * minute, runs: [] };
  return { ...rest, services, deployments, events, ...over };
}

const draw = (over: Partial<IncidentFacts>) => {
  const drawn = drawIncident(facts(over));
  if (!drawn) throw new Error('nothing was drawn');
  return drawn;
};

test('an unknown deployment has no picture', () => {
  expect(drawIncident(facts({ deploymentId: 'x' }))).toBeNull();
});

test('a breach is a band of its two phases, and ends with its watch where nothing else ended it', () => {
  const lane = draw({}).lanes[0];
  expect(lane?.spans).toMatchObject([
    { kind: 'pending', from: dayZero + minute, to: dayZero + minute + 20 * second, trigger: 'errors' },
    { kind: 'firing', from: dayZero + minute + 20 * second, to: dayZero + 5 * minute },
  ]);
  const events = breach('a', minute, 5 * minute).slice(0, 2);
  const watchClosedAt = dayZero + 3 * minute;
  const closed = draw({ events, deployments: [bad('a', { watchClosedAt })] });
  expect(closed.lanes[0]?.spans.at(-1)).toMatchObject({ kind: 'firing', to: watchClosedAt });
  expect(closed.to).toBe(watchClosedAt);
  const open = draw({ events });
  expect(open.lanes[0]?.spans.at(-1)).toMatchObject({ kind: 'firing', to: null });
  expect(open.to).toBeNull();
});

test('a breach goes on after its watch for as long as it is read', () => {
  const events = breach('a', minute, 5 * minute).slice(0, 2);
  const watchClosedAt = dayZero + 3 * minute;
  const firingUntil = (readUntil: number | null, said = events) =>
    draw({ events: said, deployments: [bad('a', { watchClosedAt, readUntil })] }).lanes[0]?.spans.find(
      ({ kind }) => kind === 'firing',
    )?.to;
  expect(firingUntil(null)).toBeNull();
  expect(firingUntil(null, breach('a', minute, 5 * minute))).toBe(dayZero + 5 * minute);
  expect(firingUntil(dayZero + 4 * minute)).toBe(dayZero + 4 * minute);
});

test('what breached while a rollback stood half-way is over when that is done, and a breach of later is its own', () => {
  const done: Partial<IncidentDeployment> = { origin: 'rollback', completedAt: dayZero + 3 * minute };
  const halfWay = breach('a', minute, 5 * minute).slice(0, 2);
  const firing = (events: StoredEvent[], over: Partial<IncidentDeployment>) =>
    draw({ events, deployments: [bad('a', over)] }).lanes[0]?.spans.flatMap(({ kind, from, to }) =>
      kind === 'firing' ? [[from - dayZero, to === null ? null : to - dayZero]] : [],
    );
  const first = minute + 20 * second;
  expect(firing(halfWay, done)).toEqual([[first, 3 * minute]]);
  expect(firing(halfWay, { ...done, completedAt: null })).toEqual([[first, null]]);
  expect(firing([...halfWay, event('trigger.fired', 4 * minute, 'a', errors)], done)).toEqual([
    [first, 3 * minute],
    [4 * minute, null],
  ]);
});

test('what cannot be asked neither begins nor prolongs a breach, and stands alone where it is all there is', () => {
  const unseen = event('trigger.trouble', 10 * minute, 'a', errors);
  const both = draw({ events: [...breach('a', minute, 5 * minute), unseen] });
  expect(both).toMatchObject({ to: dayZero + 5 * minute });
  expect(both.lanes[0]?.spans.map(({ kind }) => kind)).toEqual(['pending', 'firing']);
  const alone = draw({ events: [unseen] });
  expect(alone).toMatchObject({ to: null });
  expect(alone.lanes[0]?.spans).toMatchObject([{ kind: 'unseen', to: null }]);
});

test('a rollback that is held back waits until its breach is over or a run begins', () => {
  const vetoed = (at: number) =>
    event('decision.made', at, 'a', {
      data: { verdict: 'suggest', wanted: 'roll_back', trigger: 'errors' },
    });
  const held = draw({ events: [...breach('a', minute, 5 * minute), vetoed(2 * minute)] });
  expect(held.lanes[0]?.spans.at(-1)).toMatchObject({
    kind: 'waiting',
    from: dayZero + 2 * minute,
    to: dayZero + 5 * minute,
  });
  expect(held.lanes[0]?.marks.map(({ kind }) => kind)).toEqual([
    'pending',
    'fired',
    'restrained',
    'recovered',
  ]);
  const watch = { watchClosedAt: dayZero + minute, readUntil: dayZero + 4 * minute };
  const read = draw({ events: [vetoed(2 * minute)], deployments: [bad('a', watch)] });
  expect(read.lanes[0]?.spans).toMatchObject([{ kind: 'waiting', to: watch.readUntil }]);
  const queued = event('rollback.queued', 3 * minute, 'a', { runId: 'r1' });
  const run = draw({ events: [...breach('a', minute, 5 * minute), vetoed(2 * minute), queued] });
  expect(run.lanes[0]?.spans.at(-1)).toMatchObject({ kind: 'waiting', to: dayZero + 3 * minute });
});

test('its rollback belongs to a deployment, whichever of the two is asked about', () => {
  const rollback = bad('a', {
    id: 'r1-rollback',
    origin: 'rollback',
    release: 3,
    previousDeploymentId: 'a-2',
    startedAt: dayZero + 3 * minute,
  });
  const about = { deploymentId: 'r1-rollback' };
  const events = [
    ...breach('a', minute, 5 * minute),
    event('trigger.pending', 4 * minute, 'a', { ...about, data: { trigger: 'latency' } }),
    event('trigger.resolved', 6 * minute, 'a', { ...about, data: { trigger: 'latency' } }),
  ];
  const seen = ['a-2', 'r1-rollback'].map((deploymentId) =>
    draw({ deploymentId, deployments: [bad('a'), rollback], events }),
  );
  expect(seen[0]).toEqual(seen[1]);
  expect(seen[0]).toMatchObject({ deploymentId: 'a-2', to: dayZero + 6 * minute });
  expect(seen[0]?.lanes[0]?.deployments.map(({ id }) => id)).toEqual(['a-2', 'r1-rollback']);
});

describe('what belongs together', () => {
  const services = [
    { key: 'a', dependencies: ['db'] },
    { key: 'b', dependencies: ['db'] },
    { key: 'c', dependencies: ['a'] },
    { key: 'far', dependencies: [] },
  ];
  const members = (over: Partial<IncidentFacts>) =>
    draw({ services, ...over }).lanes.map(({ service, link }) => [service, link.kind]);

  test.each([
    ['a dependent', 'c', 'dependency'],
    ['one with the same dependency', 'b', 'shared_dependency'],
  ])('%s in trouble at the same time', (_what, other, kind) => {
    const events = [...breach('a', minute, 5 * minute), ...breach(other, 2 * minute, 4 * minute)];
    expect(members({ deployments: [bad('a'), bad(other)], events })).toEqual([
      ['a', 'asked'],
      [other, kind],
    ]);
  });

  test('not what shares nothing, nor what was in trouble beyond the margin', () => {
    const later = 5 * minute + incidentMarginMs;
    const events = [...breach('a', minute, 5 * minute), ...breach('far', minute, 5 * minute)];
    const deployments = [bad('a'), bad('c'), bad('far')];
    expect(members({ deployments, events: [...events, ...breach('c', later + 1, later + minute)] })).toEqual([
      ['a', 'asked'],
    ]);
    expect(members({ deployments, events: [...events, ...breach('c', later, later + minute)] })).toEqual([
      ['a', 'asked'],
      ['c', 'dependency'],
    ]);
  });

  test('what one run takes back, or one pipeline brought', () => {
    const events = [...breach('a', minute, 5 * minute), ...breach('far', minute, 5 * minute)];
    const both = [
      aMember({ service: 'a', deploymentId: 'a-2' }),
      aMember({ lane: 1, deploymentId: 'far-2' }),
    ];
    const run = aRun({ service: 'a', deploymentId: 'a-2', members: both });
    const runs = [{ run, steps: [] }];
    expect(members({ deployments: [bad('a'), bad('far')], events, runs })).toContainEqual([
      'far',
      'same_run',
    ]);
    const pipelineUrl = 'https://ci.example/1';
    const deployments = [bad('a', { pipelineUrl }), bad('far', { pipelineUrl })];
    expect(members({ deployments, events })).toContainEqual(['far', 'same_pipeline']);
  });

  test('a dependency deployed shortly before, and nobody through it', () => {
    const deployments = [bad('a'), bad('db', { startedAt: dayZero - 2 * minute }), bad('b')];
    const events = [...breach('a', minute, 5 * minute), ...breach('b', 20 * minute, 21 * minute)];
    expect(members({ deployments, events })).toEqual([
      ['db', 'deployed_before'],
      ['a', 'asked'],
    ]);
  });

  test('of very many the nearest are drawn and the rest counted', () => {
    const keys = Array.from({ length: mostIncidentLanes + 5 }, (_, index) => `s${index}`);
    const many = draw({
      services: [{ key: 'a', dependencies: [] }, ...keys.map((key) => ({ key, dependencies: ['a'] }))],
      deployments: [bad('a'), ...keys.map((key) => bad(key))],
      events: ['a', ...keys].flatMap((key) => breach(key, minute, 5 * minute)),
    });
    expect(many.lanes).toHaveLength(mostIncidentLanes);
    expect(many.moreServices).toBe(6);
  });
});

test('the nearest services come first, in both directions, and no more than asked for', () => {
  const services = [
    { key: 'a', dependencies: ['b'] },
    { key: 'b', dependencies: ['c'] },
    { key: 'c', dependencies: ['a'] },
    { key: 'd', dependencies: ['c'] },
  ];
  expect(nearServices(services, ['a'], 10)).toEqual(['a', 'b', 'c', 'd']);
  expect(nearServices(services, ['a'], 2)).toEqual(['a', 'b']);
});

const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
const someKeys = fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 3 });
const graphs = fc
  .tuple(...keys.map(() => someKeys))
  .map((all) => all.map((dependencies, index) => ({ key: keys[index] ?? '', dependencies })));

const eventTypes: EventType[] = [
  'trigger.pending',
  'trigger.fired',
  'trigger.resolved',
  'trigger.ended',
  'trigger.trouble',
  'trigger.recovered',
  'decision.made',
  'rollback.queued',
  'service.applied',
];
const happened = fc.array(
  fc.record({
    type: fc.constantFrom(...eventTypes),
    service: fc.constantFrom(...keys),
    minute: fc.integer({ min: 0, max: 40 }),
    trigger: fc.constantFrom('errors', 'latency'),
    isAboutService: fc.boolean(),
  }),
  { maxLength: 60 },
);

/** Whether a depends on b, over any number of others. */
function reaches(graph: readonly { key: string; dependencies: readonly string[] }[], a: string, b: string) {
  const seen = new Set([a]);
  for (const key of seen)
    for (const next of graph.find((one) => one.key === key)?.dependencies ?? []) seen.add(next);
  return a !== b && seen.has(b);
}

describe('of any world', () => {
  test('every event of a service in the picture is in exactly one lane, at its own instant', () => {
    fc.assert(
      fc.property(graphs, happened, (services, all) => {
        const events = all.map(({ type, service, minute: at, trigger, isAboutService }) =>
          event(type, at * minute, service, {
            data: { trigger },
            ...(isAboutService ? { deploymentId: null } : {}),
          }),
        );
        const drawn = draw({ services, deployments: keys.map((key) => bad(key)), events });
        const shown = drawn.lanes.flatMap(({ service, marks }) =>
          marks.map(({ event: one }) => ({ ...one, lane: service })),
        );
        const members = new Set(drawn.lanes.map(({ service }) => service));
        const end = drawn.to ?? Number.POSITIVE_INFINITY;
        const due = events.filter(({ service, at }) => members.has(service) && at >= drawn.from && at <= end);
        expect(shown.map(({ id }) => id).toSorted()).toEqual(due.map(({ id }) => id).toSorted());
        expect(shown.every(({ lane, service }) => lane === service)).toBe(true);
        expect(members.has('a')).toBe(true);
        for (const { spans } of drawn.lanes)
          for (const { from, to } of spans) {
            expect(from).toBeLessThanOrEqual(end);
            expect(from).toBeGreaterThanOrEqual(drawn.from);
            if (to !== null) expect(to).toBeGreaterThan(from);
          }
      }),
    );
  });

  test('what a service depends on stands above it, unless they depend on each other', () => {
    fc.assert(
      fc.property(graphs, fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1 }), (graph, some) => {
        const order = laneOrder(new Set(some), graph);
        expect(order.toSorted()).toEqual(some.toSorted());
        for (const [index, above] of order.entries())
          for (const below of order.slice(index + 1))
            if (reaches(graph, above, below)) expect(reaches(graph, below, above)).toBe(true);
      }),
    );
  });
});

test('that another replica has taken a rollback over is a note, and no command of anybody', () => {
  const taken = event('rollback.taken-over', 2 * minute, 'a', { runId: 'r1' });
  const { lanes } = draw({ events: [...breach('a', minute, 5 * minute), taken] });
  expect(lanes[0]?.marks.find(({ event: { type } }) => type === 'rollback.taken-over')?.kind).toBe('note');
});
