import { ApiError, type Run } from '@lastgood/api-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Asked } from './press.ts';
import { createPresses, keptMs, maySendAgain } from './presses.ts';

const asked: Asked = {
  deploymentId: 'd3',
  serviceName: 'checkout',
  from: { deploymentId: 'd3', release: 3, version: 'v42' },
  target: { deploymentId: 'd2', release: 2, version: 'v41' },
  byHand: [],
};

const problem = (status: number, kind = 'conflict') =>
  new ApiError(
    {
      type: `https://lastgood.dev/problems/${kind}`,
      title: 'The database cannot be used',
      status,
      detail: 'd',
    },
    null,
  );

/** A server that keeps what it got by key, and can be away. */
function world() {
  const runs = new Map<string, Run>();
  const sent: string[] = [];
  const undone: string[] = [];
  let away: Error | null = null;
  let loses = false;
  let isOver = false;
  const presses = createPresses({
    async send(_asked, key) {
      sent.push(key);
      if (away) throw away;
      const run =
        runs.get(key) ??
        ({
          id: `run ${runs.size + 1}`,
          status: 'queued',
          requester: { kind: 'person', name: 'ada' },
          targetDeploymentId: asked.target.deploymentId,
          createdAt: new Date().toISOString(),
        } as Run);
      runs.set(key, run);
      if (loses) throw new TypeError('fetch failed');
      return run;
    },
    async undo({ id }) {
      if (isOver) throw problem(409);
      undone.push(id);
    },
    newestRun: async () => {
      if (away) throw away;
      return [...runs.values()].at(-1) ?? null;
    },
    serverNow: () => Date.now(),
  });
  const phase = () => presses.list()[0]?.phase;
  return {
    presses,
    runs,
    sent,
    undone,
    phase,
    goAway(error: Error = new TypeError('fetch failed')) {
      away = error;
    },
    loseAnswers(lost: boolean) {
      loses = lost;
    },
    comeBack() {
      away = null;
    },
    refuseUndo() {
      isOver = true;
    },
  };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a press during an outage is kept, and done once when the server answers again', async () => {
  const { presses, runs, sent, phase, goAway, comeBack } = world();
  goAway();
  presses.press(asked);
  expect(phase()).toEqual({ kind: 'sending' });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(phase()).toMatchObject({ kind: 'kept', why: 'Lastgood does not answer' });
  comeBack();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(phase()).toMatchObject({ kind: 'arrived', run: { id: 'run 1' } });
  expect(sent.length).toBeGreaterThan(5);
  expect([new Set(sent).size, runs.size]).toEqual([1, 1]);
});

test('a lost answer is asked for under the same key', async () => {
  const { presses, runs, sent, phase, loseAnswers } = world();
  loseAnswers(true);
  presses.press(asked);
  await vi.advanceTimersByTimeAsync(100);
  loseAnswers(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(phase()).toMatchObject({ kind: 'arrived' });
  expect([new Set(sent).size, runs.size]).toEqual([1, 1]);
});

test('after two minutes without an answer it says so, and sends nothing more', async () => {
  const { presses, sent, phase, goAway, comeBack } = world();
  goAway(problem(503, 'database-down'));
  presses.press(asked);
  await vi.advanceTimersByTimeAsync(keptMs + 5_000);
  expect(phase()).toEqual({ kind: 'lapsed', why: 'The database cannot be used' });
  comeBack();
  const before = sent.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(before);
});

test('the line that comes back sends at once what waits', async () => {
  const { presses, phase, goAway, comeBack } = world();
  goAway();
  presses.press(asked);
  await vi.advanceTimersByTimeAsync(10_100);
  comeBack();
  presses.nudge();
  await vi.advanceTimersByTimeAsync(1);
  expect(phase()).toMatchObject({ kind: 'arrived' });
});

test('a refusal is final', async () => {
  const { presses, sent, phase, goAway } = world();
  goAway(problem(409));
  presses.press(asked);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(phase()).toMatchObject({ kind: 'refused', error: { status: 409 } });
  expect(sent).toHaveLength(1);
});

test('pressed twice is one press', async () => {
  const { presses, sent } = world();
  presses.press(asked);
  presses.press(asked);
  await vi.advanceTimersByTimeAsync(10);
  expect(sent).toHaveLength(1);
});

test('taken back while the server is away, nothing is sent afterwards', async () => {
  const { presses, runs, sent, undone, phase, goAway, comeBack } = world();
  goAway();
  presses.press(asked);
  await vi.advanceTimersByTimeAsync(10_000);
  presses.withdraw(presses.list()[0]?.key ?? '');
  const before = sent.length;
  comeBack();
  await vi.advanceTimersByTimeAsync(5_000);
  expect([sent.length, runs.size, undone]).toEqual([before, 0, []]);
  expect(phase()).toEqual({ kind: 'withdrawn', settled: true });
});

test('taken back after it arrived and its answer was lost, it is undone there', async () => {
  const { presses, runs, undone, phase, loseAnswers } = world();
  loseAnswers(true);
  presses.press(asked);
  await vi.advanceTimersByTimeAsync(100);
  presses.withdraw(presses.list()[0]?.key ?? '');
  await vi.advanceTimersByTimeAsync(5_000);
  expect([runs.size, undone]).toEqual([1, ['run 1']]);
  expect(phase()).toEqual({ kind: 'withdrawn', settled: true });
});

test('taken back and closed, or followed by another press, it is not sent any more', async () => {
  const { presses, sent, goAway, comeBack } = world();
  goAway();
  presses.press(asked);
  await vi.advanceTimersByTimeAsync(1_000);
  const key = presses.list()[0]?.key ?? '';
  presses.withdraw(key);
  presses.forget(key);
  const before = sent.length;
  comeBack();
  await vi.advanceTimersByTimeAsync(keptMs);
  expect(sent).toHaveLength(before);
});

test('taken back and over by the time it is found, it is told as what ran, never as undone', async () => {
  const { presses, runs, phase, goAway, loseAnswers, comeBack, refuseUndo } = world();
  loseAnswers(true);
  presses.press(asked);
  await vi.advanceTimersByTimeAsync(100);
  goAway();
  presses.withdraw(presses.list()[0]?.key ?? '');
  for (const [key, run] of runs) runs.set(key, { ...run, status: 'done' });
  refuseUndo();
  comeBack();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(phase()).toMatchObject({ kind: 'arrived', run: { status: 'done' } });
});

test("a colleague's rollback to another release is not undone as one's own", async () => {
  const { presses, runs, undone, goAway, comeBack } = world();
  goAway();
  presses.press(asked);
  await vi.advanceTimersByTimeAsync(1_000);
  presses.withdraw(presses.list()[0]?.key ?? '');
  const theirs = { id: 'theirs', status: 'queued', requester: { kind: 'person', name: 'bob' } };
  const at = { createdAt: new Date().toISOString(), targetDeploymentId: 'd1' };
  runs.set('theirs', { ...theirs, ...at } as Run);
  comeBack();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(undone).toEqual([]);
});

test('taken back while nothing answers, nobody claims that nothing was changed until that is known', async () => {
  const { presses, phase, goAway, comeBack } = world();
  goAway();
  presses.press(asked);
  await vi.advanceTimersByTimeAsync(1_000);
  presses.withdraw(presses.list()[0]?.key ?? '');
  await vi.advanceTimersByTimeAsync(2 * keptMs);
  expect(phase()).toEqual({ kind: 'withdrawn', settled: false });
  comeBack();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(phase()).toEqual({ kind: 'withdrawn', settled: true });
});

test('what may be sent again is what nobody answered for', () => {
  const again = [
    new TypeError('x'),
    problem(503),
    problem(429),
    problem(502),
    problem(409, 'idempotency-key'),
  ];
  expect(again.map(maySendAgain)).toEqual([true, true, true, true, true]);
  expect([problem(409), problem(404), problem(401)].map(maySendAgain)).toEqual([false, false, false]);
});
