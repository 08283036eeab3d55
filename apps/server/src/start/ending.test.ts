import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEnding, exitCodes } from './ending.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function ending(stop: () => Promise<void>) {
  const happened: (string | number)[] = [];
  const end = createEnding({
    stop,
    killAll: () => void happened.push('kill'),
    exit: (code) => void happened.push(code),
    tell: (reason) => void happened.push(reason),
    withinMs: 15_000,
    samePressMs: 2_000,
  });
  return { end, happened };
}

const never = () => new Promise<void>(() => undefined);

test('a stop in order ends with its code', async () => {
  const { end, happened } = ending(async () => undefined);
  end.begin(exitCodes.inOrder, 'asked');
  await vi.advanceTimersByTimeAsync(0);
  expect(happened).toEqual(['kill', 0]);
});

test('a stop that hangs ends at its deadline with every child and a code of its own', async () => {
  const { end, happened } = ending(never);
  end.begin(exitCodes.inOrder, 'asked');
  await vi.advanceTimersByTimeAsync(14_999);
  expect(happened).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(happened).toEqual([expect.stringContaining('did not end within 15 s'), 'kill', 3]);
});

test('a second signal kills the children too, and one press that arrives twice is one', async () => {
  const { end, happened } = ending(never);
  end.begin(exitCodes.inOrder, 'asked');
  await vi.advanceTimersByTimeAsync(1_900);
  end.begin(exitCodes.inOrder, 'asked');
  end.begin(exitCodes.failed);
  expect(happened).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  end.begin(exitCodes.failed);
  expect(happened).toEqual([]);
  end.begin(exitCodes.inOrder, 'asked');
  expect(happened).toEqual(['kill', 130]);
});

test('what could not be closed is named, and the process fails', async () => {
  const failures = [new Error('the loops did not end within 3 s'), new Error('no')];
  const { end, happened } = ending(() => Promise.reject(new AggregateError(failures)));
  end.begin(exitCodes.inOrder, 'asked');
  await vi.advanceTimersByTimeAsync(0);
  expect(happened).toEqual([
    'Not everything could be closed: the loops did not end within 3 s; no.',
    'kill',
    1,
  ]);
});
