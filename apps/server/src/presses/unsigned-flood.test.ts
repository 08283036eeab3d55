import { families, openFamily } from '@lastgood/adapters';
import { slackPressBody, slackSigned } from '@lastgood/testkit/servers/slack-press';
import { expect, test } from 'vitest';
import { buildTestApp } from '../http/app-harness.ts';
import { defaultLimits } from '../lanes/lane-limits.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { pressesOf } from './presses-of.ts';

const signingSecret = 'a'.repeat(32);

test('whoever floods the address of the buttons keeps nobody who signs from pressing, and nobody of that address from acting', async () => {
  const settings = { token: 'xoxb-1', channel: 'C0INCIDENTS', signingSecret };
  const notifiers = openFamily(families.notifiers, [
    { kind: 'slack', name: 'slack', clusters: null, settings },
  ]);
  const pressed: string[] = [];
  const { app } = await buildTestApp(
    {
      rollbackDeployment: async () => {
        throw new ProblemError(409, 'conflict', 'It was heard.');
      },
    },
    {
      laneLimits: defaultLimits,
      answer: async () => {
        pressed.push('rollback');
        throw new ProblemError(409, 'conflict', 'It was heard.');
      },
      presses: {
        presses: pressesOf(notifiers.product),
        ...{
          deployment: async () => null,
          between: async () => [],
          newest: async () => null,
          over: async () => null,
          publicUrl: null,
          now: Date.now,
        },
      },
    },
  );
  const post = (url: string, payload: string, headers: Record<string, string>) =>
    app.inject({ method: 'POST', url, headers: { host: 'localhost', ...headers }, payload });
  const address = '/integrations/slack/interactivity';
  const flood = await Promise.all(
    Array.from({ length: 200 }, () => post(address, 'payload=x', { 'content-type': 'text/plain' })),
  );
  const answered = new Set(flood.map(({ statusCode }) => statusCode));
  expect([...answered].sort()).toEqual([401, 429]);
  const body = slackPressBody({ action_id: 'lastgood_rollback', value: 'd-1' });
  expect((await post(address, body, slackSigned(body, signingSecret, Date.now()))).statusCode).toBe(200);
  expect(pressed).toEqual(['rollback']);
  const json = { 'content-type': 'application/json' };
  expect((await post('/api/v1/deployments/d-1/rollback', '{}', json)).statusCode).not.toBe(429);
  await app.close();
  await notifiers.close();
});
