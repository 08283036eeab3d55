import { expect, test } from 'vitest';
import { createLane } from './lane.ts';
import { createPrecedence } from './precedence.ts';

test('is free again when the last one has given it back, however often', async () => {
  const precedence = createPrecedence();
  let freed = 0;
  precedence.onFree(() => {
    freed += 1;
  });
  const [one, other] = [precedence.take(), precedence.take()];
  one();
  one();
  expect([precedence.isTaken(), freed]).toEqual([true, 0]);
  other();
  expect([precedence.isTaken(), freed]).toEqual([false, 1]);
  await expect(precedence.during(() => Promise.reject(new Error('a slot')))).rejects.toThrow('a slot');
  expect([precedence.isTaken(), freed]).toEqual([false, 2]);
});

test('while an act has it one reader is let in at a time, and the others when it is over', async () => {
  const precedence = createPrecedence();
  const lane = createLane({
    ...{ atOnce: 3, atOncePerCaller: 2, waiting: 10, waitingPerCaller: 10, patienceMs: 60_000 },
    standsBack: precedence,
  });
  const giveBack = precedence.take();
  const entered: string[] = [];
  const leaving: (() => void)[] = [];
  for (const caller of ['a', 'b', 'c'])
    void lane.enter(caller).then((entrance) => {
      entered.push(caller);
      if (entrance.kind === 'entered') leaving.push(entrance.leave);
    });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  await settled();
  expect(entered).toEqual(['a']);
  leaving[0]?.();
  await settled();
  expect(entered).toEqual(['a', 'b']);
  giveBack();
  await settled();
  expect(entered).toEqual(['a', 'b', 'c']);
});
