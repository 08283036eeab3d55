import { expect, test } from 'vitest';
import { createPassBoard } from './pass-board.ts';
import { readReadiness } from './read-readiness.ts';
import { reportPass } from './report-passes.ts';

function startBoard() {
  const time = { now: 1_000_000 };
  const silent = { evaluator: 45_000, worker: 15_000, outbox: 150_000 };
  return { time, passes: createPassBoard(() => time.now, silent) };
}

test('a part that has just begun is starting, which keeps nobody from being ready', async () => {
  const { time, passes } = startBoard();
  expect(passes.of('evaluator')).toEqual({ state: 'starting', lastPassAt: null, reason: null });
  const sources = {
    waitsFor: () => null,
    database: async () => ({ up: true }) as const,
    now: () => time.now,
  };
  expect((await readReadiness({ ...sources, passes })).state).toBe('ready');
});

test('one failure is forgiven, failing on is not, and getting through ends it', () => {
  const { time, passes } = startBoard();
  passes.completed('worker');
  passes.failed('worker', new Error('its disk is full'));
  time.now += 3_000;
  expect(passes.of('worker').state).toBe('ready');
  passes.failed('worker', new Error('its disk is full'));
  expect(passes.of('worker')).toEqual({
    state: 'not_ready',
    lastPassAt: 1_000_000,
    reason: 'it did not get through for 3 s: its disk is full',
  });
  passes.completed('worker');
  expect(passes.of('worker').state).toBe('ready');
});

test('a part that hangs is not ready after three of its passes, and only that part', async () => {
  const { time, passes } = startBoard();
  for (const part of ['evaluator', 'worker', 'outbox'] as const) passes.completed(part);
  time.now += 46_000;
  passes.completed('worker');
  const sources = {
    waitsFor: () => null,
    database: async () => ({ up: true }) as const,
    now: () => time.now,
  };
  const { state, parts } = await readReadiness({ ...sources, passes });
  expect(state).toBe('not_ready');
  expect(parts).toMatchObject({
    ...{ database: { state: 'ready' }, worker: { state: 'ready' }, outbox: { state: 'ready' } },
    evaluator: { state: 'not_ready', reason: 'it did not get through for 46 s' },
  });
});

test('what a pass throws is told and thrown on', async () => {
  const { time, passes } = startBoard();
  const failing = () => reportPass(passes, 'outbox', () => Promise.reject(new Error('gone')));
  await expect(failing()).rejects.toThrow('gone');
  time.now += 2_000;
  await expect(failing()).rejects.toThrow('gone');
  expect(passes.of('outbox').reason).toContain('gone');
});

test('while the start waits, nothing is ready and the database says why', async () => {
  const { time, passes } = startBoard();
  const readiness = await readReadiness({
    ...{ passes, now: () => time.now, waitsFor: () => 'it waits for its database' },
    database: () => Promise.reject(new Error('is not asked yet')),
  });
  expect(readiness).toMatchObject({
    state: 'not_ready',
    parts: { database: { state: 'starting', reason: 'it waits for its database' } },
  });
});
