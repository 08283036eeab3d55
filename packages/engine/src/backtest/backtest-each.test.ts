import { setTimeout as sleep } from 'node:timers/promises';
import { instantsOf, type MetricHistory, memoryQuery, type PastQuestion } from '@lastgood/domain';
import { aDeployment, aService, aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, test, vi } from 'vitest';
import type { Clock } from '../clock.ts';
import { type BacktestCase, backtestEach } from './backtest-each.ts';

const rules = { intervalMs: 15_000, offsetMs: 2_000, outageToleranceMs: 300_000, deadlineMs: 60_000 };
const forever = new AbortController().signal;
const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined),
};

/** A deployment of 40 slots, a day after the one before. */
function caseOf(day: number, over: Partial<BacktestCase> = {}): BacktestCase {
  const startedAt = dayZero + day * 86_400_000;
  return {
    ...{
      trigger: aTrigger({ forMs: minute }),
      service: aService(),
      label: 'bad',
      badAt: startedAt + 8 * minute,
    },
    deployment: { ...aDeployment({ id: `d${day}`, startedAt }), release: day },
    ...{
      until: startedAt + 10 * minute,
      slots: Array.from({ length: 40 }, (_, n) => startedAt + n * 15_000),
    },
    ...over,
  };
}

/** Every question answers one number at each instant. */
const of = (value: (question: PastQuestion, at: number) => number): MetricHistory => ({
  readPast: async (question) => ({
    series: new Map([['', new Map(instantsOf(question).map((at) => [at, value(question, at)]))]]),
    unread: new Map(),
  }),
});

async function all(metrics: MetricHistory, cases: BacktestCase[], over = {}, signal = forever) {
  const found = [];
  for await (const one of backtestEach({ metrics, clock, settings: { ...rules, ...over } }, cases, signal))
    found.push(one);
  return found;
}

test('fires where it would have fired, and tells by how much sooner', async () => {
  const startedAt = dayZero + 86_400_000;
  const metrics = of((_question, at) => (at >= startedAt + 3 * minute ? 1 : 0));
  const [found] = await all(metrics, [caseOf(1)]);
  // Asked of a moment two seconds before its slot: the breach is seen a slot later, and has to last a minute.
  expect(found).toMatchObject({
    ...{ deploymentId: 'd1', outcome: 'fired', leadMs: 3.75 * minute, read: 40, answered: 40, unread: [] },
    firings: [{ firedAt: startedAt + 4.25 * minute, resolvedAt: null }],
  });
});

test('a stretch that could not be read is missed, with its reason', async () => {
  const metrics: MetricHistory = {
    async readPast(question, signal) {
      const answer = await of(() => 0).readPast(question, signal);
      const failed = instantsOf(question).slice(0, 10);
      if (question.template === memoryQuery) return answer;
      return { ...answer, unread: new Map(failed.map((at) => [at, 'it refused'])) };
    },
  };
  const [found] = await all(metrics, [caseOf(1)]);
  expect(found).toMatchObject({
    ...{ outcome: 'unread', read: 30, answered: 30, firings: [] },
    unread: [{ reason: 'it refused', slots: 10 }],
  });
});

test('a source that breaks or hangs leaves the rest unread within the time, and every deployment is told', async () => {
  const breaks: MetricHistory = { readPast: () => Promise.reject(new Error('it broke')) };
  expect((await all(breaks, [caseOf(1)]))[0]).toMatchObject({
    ...{ outcome: 'unread', unread: [{ reason: 'it broke', slots: 40 }] },
  });
  const hangs: MetricHistory = { readPast: () => new Promise(() => undefined) };
  const found = await all(hangs, [caseOf(1), caseOf(2), caseOf(3)], { deadlineMs: 50 });
  expect(found.map(({ outcome, unread }) => [outcome, unread[0]?.reason])).toEqual(
    Array(3).fill(['unread', 'it was not read within 0 s']),
  );
});

test('called off, it asks nothing more and judges nothing more', async () => {
  const calling = new AbortController();
  const asked: number[] = [];
  const metrics: MetricHistory = {
    readPast: (question, signal) => {
      asked.push(question.from);
      if (asked.length > 6) return new Promise(() => undefined);
      return of(() => 0).readPast(question, signal);
    },
  };
  const found: string[] = [];
  const running = (async () => {
    const deps = { metrics, clock, settings: rules };
    for await (const { deploymentId } of backtestEach(
      deps,
      [1, 2, 3, 4, 5].map((n) => caseOf(n)),
      calling.signal,
    ))
      found.push(deploymentId);
  })();
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(6));
  const before = asked.length;
  calling.abort();
  await running;
  expect(found).toEqual(['d1', 'd2']);
  expect(asked.length).toBe(before);
});

test('others have their turn while long watches are judged', async () => {
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 0);
  const startedAt = dayZero;
  const slots = Array.from({ length: 720 }, (_, n) => startedAt + n * 15_000);
  await all(
    of(() => 0),
    [caseOf(0, { slots, until: startedAt + 720 * 15_000 })],
  );
  clearInterval(counting);
  expect(turns).toBeGreaterThanOrEqual(10);
});

test('nothing kept of that time: it knows no target then and knows them now, and the trigger is not heard', async () => {
  const present = dayZero + 20 * 86_400_000;
  const deps = { metrics: of(() => 1), clock: { ...clock, now: () => present }, settings: rules };
  const about = async (knows: (at: number) => boolean) => {
    const metrics: MetricHistory = {
      async readPast(question, signal) {
        const all = await of(() => 1).readPast(question, signal);
        if (question.template !== memoryQuery) return all;
        const known = instantsOf(question).filter(knows);
        return { series: new Map([['', new Map(known.map((at) => [at, 1]))]]), unread: new Map() };
      },
    };
    for await (const one of backtestEach({ ...deps, metrics }, [caseOf(1)], forever)) return one;
    throw new Error('nothing was judged');
  };
  const isNow = (at: number) => at > present - minute;
  expect(await about(isNow)).toMatchObject({ outcome: 'unread', firings: [], read: 0, answered: 0 });
  expect(await about(() => true)).toMatchObject({ outcome: 'fired', read: 40 });
  // One that keeps its targets elsewhere.
  expect(await about(() => false)).toMatchObject({ outcome: 'fired', read: 40 });
});
