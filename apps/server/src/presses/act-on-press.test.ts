import type { Press, Presses } from '@lastgood/domain';
import { expect, test } from 'vitest';
import { buildTestApp } from '../http/app-harness.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { actOnPress, type PressDependencies } from './act-on-press.ts';

const press: Press = { id: 'p', act: 'rollback', about: 'd-1', by: 'ada', answerTo: null };

function deps(over: Partial<PressDependencies>): PressDependencies {
  return {
    answer: async () => expect.unreachable('nothing is asked'),
    ...{ deployment: async () => null, between: async () => [] },
    ...{ newest: async () => null, over: async () => null },
    ...{ preparing: () => null, isDatabaseDown: () => false },
    ...{ publicUrl: null, now: () => 0, onFault: (error) => expect.unreachable(String(error)) },
    ...over,
  };
}

test('says in words that nothing was done while Lastgood starts, or cannot use its database', async () => {
  const starting = await actOnPress(deps({ preparing: () => 'it waits for its database' }), press);
  expect(starting.text).toBe(
    'Lastgood cannot act now, it is starting: it waits for its database. Nothing was done: press again in a moment.',
  );
  const down = await actOnPress(
    deps({ answer: async () => Promise.reject(new Error('secret words')), isDatabaseDown: () => true }),
    press,
  );
  expect(down.text).toContain('its database cannot be used');
  expect(down.text).not.toContain('secret');
});

test('says why it was refused, in the words of the button, with the page to look at', async () => {
  const refusal = new ProblemError(409, 'conflict', 'The rollback has begun: stop it instead.');
  const refusing = deps({
    answer: async () => Promise.reject(refusal),
    publicUrl: 'https://lastgood.example',
  });
  expect(await actOnPress(refusing, { ...press, act: 'undo', about: 'r-1' })).toEqual({
    text: 'The rollback has begun: stop it instead.',
    link: 'https://lastgood.example/runs/r-1',
    undo: null,
  });
});

test('says of an incident that is over what ended it, and rolls nothing back', async () => {
  const over = async () => ({ title: 'cart: v42 (release 42) is verified after all' });
  expect(await actOnPress(deps({ over, publicUrl: 'https://lastgood.example' }), press)).toEqual({
    text: 'cart: v42 (release 42) is verified after all: nothing was done. Open it to roll back all the same.',
    link: 'https://lastgood.example/deployments/d-1',
    undo: null,
  });
});

test('tells a fault that nobody foresaw to the log, and not to whoever pressed', async () => {
  const faults: unknown[] = [];
  const answer = await actOnPress(
    deps({
      answer: async () => Promise.reject(new Error('secret words')),
      onFault: (error) => faults.push(error),
    }),
    press,
  );
  expect(answer.text).toBe('An unexpected fault: look in Lastgood whether anything was done.');
  expect(faults).toEqual([expect.objectContaining({ message: 'secret words' })]);
});

test('a press is taken at once, though what it asks for takes long', async () => {
  let goOn: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const told: string[] = [];
  const presses: Presses = {
    read: () => ({ kind: 'press', press }),
    async answer(_press, { text }) {
      told.push(text);
      return null;
    },
  };
  const { app } = await buildTestApp(
    {},
    {
      answer: async () => {
        await held;
        throw new Error('it came to an end');
      },
      presses: {
        presses: new Map([['chat', presses]]),
        deployment: async () => null,
        between: async () => [],
        newest: async () => null,
        over: async () => null,
        publicUrl: null,
        now: () => 0,
      },
    },
  );
  const headers = { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await app.inject({
    method: 'POST',
    url: '/integrations/chat/interactivity',
    headers,
    payload: 'a',
  });
  expect([answer.statusCode, told]).toEqual([200, []]);
  goOn?.();
  await expect.poll(() => told, { timeout: 20_000 }).toHaveLength(1);
  await app.close();
});

test('without a notifier that has buttons the address is not there', async () => {
  const { app } = await buildTestApp({});
  const headers = { host: 'localhost', 'content-type': 'application/json' };
  const answer = await app.inject({
    method: 'POST',
    url: '/integrations/chat/interactivity',
    headers,
    payload: '{}',
  });
  expect(answer.statusCode).toBe(404);
  await app.close();
});
