import type { IncidentDeployment, IncidentLane, IncidentMark } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { chartLines, placeLines } from './chart-lines.ts';
import { chartMarks, continuationsOf, joinPoints, type Story, storyEnd } from './chart-story.ts';
import { gapWords } from './gap-words.ts';

const t0 = Date.UTC(2026, 0, 1, 3);
const at = (second: number) => new Date(t0 + second * 1000).toISOString();

const point = (second: number, value: number | null, phase = 'inactive') => ({
  ...{ at: at(second), value, kind: value === null ? 'no-data' : 'value', phase, heldSeconds: 0, lateMs: 0 },
});
const series = (...points: ReturnType<typeof point>[]) => [{ trigger: 'errors', threshold: 0.05, points }];

const deployment = (id: string, previous: string, origin: IncidentDeployment['origin'] = 'rollback') => ({
  ...{
    id,
    release: 3,
    version: 'v1',
    origin,
    startedAt: at(30),
    isRead: true,
    previousDeploymentId: previous,
  },
});

const story = (over: Partial<Story>): Story => ({
  triggers: [{ name: 'errors', threshold: 0.05, comparison: 'greater_than' }],
  own: series(point(0, 0.01), point(5, 0.2, 'pending'), point(10, 0.2, 'firing')),
  ...{ ownEnd: t0 + 12_000, further: [], runEnd: null, isRunActive: false, intervalMs: 5000 },
  ...over,
});
const rollback = (...points: ReturnType<typeof point>[]) => [
  { startedAt: t0 + 12_000, isRead: true, series: series(...points) },
];

test('a watched deployment goes on, a closed one ends with its watch', () => {
  expect(storyEnd(story({ ownEnd: null }))).toBeNull();
  expect(storyEnd(story({}))).toBe(t0 + 12_000);
  expect(storyEnd(story({ isRunActive: true }))).toBeNull();
});

test('what was taken back goes on until every breach is back within its threshold, and a little', () => {
  expect(storyEnd(story({ further: rollback() }))).toBeNull();
  expect(storyEnd(story({ further: rollback(point(15, 0.1, 'pending'), point(20, null)) }))).toBeNull();
  const back = rollback(point(15, 0.1, 'pending'), point(20, 0.05, 'pending'), point(25, 0.02));
  expect(storyEnd(story({ further: back }))).toBe(t0 + 25_000 + 30_000);
  expect(storyEnd(story({ further: back, runEnd: t0 + 40_000 }))).toBe(t0 + 40_000 + 30_000);
});

test('what nobody reads any more ends with its last reading', () => {
  const [given] = rollback(point(15, 0.1, 'pending'), point(60, 0.2, 'firing'));
  const further = given ? [{ ...given, isRead: false }] : [];
  expect(storyEnd(story({ further }))).toBe(t0 + 60_000 + 30_000);
});

test('the rollbacks of a deployment and of its rollbacks, but of no other', () => {
  const deployments = [
    deployment('d2', 'd1', 'pipeline'),
    deployment('r1', 'd2'),
    deployment('d4', 'r1', 'pipeline'),
    deployment('r2', 'r1'),
    deployment('r9', 'd4'),
  ];
  const lane = { deployments } as Partial<IncidentLane> as IncidentLane;
  expect(continuationsOf(lane, 'd2').map(({ id }) => id)).toEqual(['r1', 'r2']);
  expect(continuationsOf(lane, 'd4').map(({ id }) => id)).toEqual(['r9']);
  expect(continuationsOf(undefined, 'd2')).toEqual([]);
});

test('parts are joined in time, none twice, and the same parts are the same series', () => {
  const [first, second] = [
    [point(0, 1), point(5, 2)],
    [point(5, 9), point(10, 3)],
  ];
  const joined = joinPoints(first, [second]);
  expect(joined.map(({ value }) => value)).toEqual([1, 2, 3]);
  expect(joinPoints(first, [second])).toBe(joined);
  expect(joinPoints(first, [])).toBe(first);
  expect(joinPoints([...first], [second])).not.toBe(joined);
});

const mark = (
  kind: IncidentMark['kind'],
  second: number,
  over: Partial<IncidentMark> = {},
): IncidentMark => ({
  ...{
    id: second,
    at: at(second),
    kind,
    type: 'x',
    text: 'x',
    trigger: null,
    deploymentId: 'd2',
    runId: null,
  },
  ...over,
});

test('a chart bears the marks of its own trigger and of what was done', () => {
  const marks = [
    mark('pending', 5, { trigger: 'errors' }),
    mark('pending', 5, { trigger: 'latency' }),
    mark('decision', 10, { trigger: 'errors' }),
    mark('step', 11),
    mark('first_effect', 12),
    mark('verified', 20, { deploymentId: 'other' }),
    mark('verified', 25),
  ];
  const lane = { marks } as Partial<IncidentLane> as IncidentLane;
  const shown = chartMarks(lane, 'errors', new Set(['d2']));
  expect(shown.map(({ kind, at: when }) => [kind, when])).toEqual([
    ['pending', at(5)],
    ['decision', at(10)],
    ['first_effect', at(12)],
    ['verified', at(25)],
  ]);
});

test('lines of one instant and kind are one; those outside of the axis are left out', () => {
  const marks = [mark('fired', 10), mark('fired', 10), mark('verified', 90)];
  const chain = [
    { release: 3, version: 'v1', readFrom: t0 + 30_000 },
    { release: 4, version: 'v1', readFrom: null },
  ];
  const lines = chartLines({ at: t0, text: 'deploy v2' }, marks, chain);
  expect(lines.map(({ text }) => text)).toEqual(['deploy v2', 'v1 from here', 'fired', 'verified']);
  const placed = placeLines(lines, { from: t0, to: t0 + 60_000, width: 600 });
  expect(placed.map(({ line }) => line.text)).toEqual(['deploy v2', 'v1 from here', 'fired']);
  expect(placed.every(({ row }) => row !== null)).toBe(true);
});

test('a gap says why, and from when to when', () => {
  expect(gapWords({ kind: 'no-data', from: t0, to: t0 + 60_000 })).toMatch(/^no data \d\d:00:00–\d\d:01:00$/);
  expect(gapWords({ kind: 'unreachable', from: t0, to: t0 })).toMatch(/^could not ask \d\d:00:00$/);
});
