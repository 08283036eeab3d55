import { expect, test } from 'vitest';
import { createReleaseStack, type Release } from './release-stack.ts';

const closed: string[] = [];

function release(what: string, more: Partial<Release> = {}): Release {
  return { what, withinMs: 5_000, close: () => void closed.push(what), ...more };
}

test('closes in reverse order, also after one that failed and one that hangs, and names both', async () => {
  closed.length = 0;
  const stack = createReleaseStack();
  const killed: string[] = [];
  stack.add(release('first'));
  stack.add(
    release('hangs', {
      withinMs: 20,
      close: () => new Promise(() => undefined),
      kill: () => killed.push('hangs'),
    }),
  );
  stack.add(release('fails', { close: () => Promise.reject(new Error('no')) }));
  stack.add(
    release('throws', {
      close: () => {
        throw new Error('never');
      },
    }),
  );
  stack.add(release('last'));
  const failure = await stack.releaseAll().catch((error: unknown) => error);
  expect(closed).toEqual(['last', 'first']);
  expect(killed).toEqual(['hangs']);
  expect((failure as AggregateError).errors.map(String)).toEqual([
    'Error: never',
    'Error: no',
    'Error: hangs did not end within 0.02 s',
  ]);
});

test('kills what is being closed and what is still to be closed, and nothing that is closed', async () => {
  const stack = createReleaseStack();
  const killed: string[] = [];
  for (const what of ['waits', 'hangs', 'ends'])
    stack.add(
      release(what, {
        ...(what === 'hangs' ? { close: () => new Promise(() => undefined) } : {}),
        kill: () => void killed.push(what),
      }),
    );
  void stack.releaseAll();
  await new Promise((resolve) => setTimeout(resolve, 20));
  stack.killAll();
  expect(killed).toEqual(['hangs', 'waits']);
});
