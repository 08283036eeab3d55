import { createHash } from 'node:crypto';
import { families, openFamily } from '@lastgood/adapters';
import type { ToldMessage } from '@lastgood/domain';
import { describe, expect, test } from 'vitest';
import type { AppDependencies } from '../http/app.ts';
import { buildTestApp } from '../http/app-harness.ts';
import { defaultLimits } from '../lanes/lane-limits.ts';

const tokenOf = (name: string) => ({
  name,
  sha256: createHash('sha256').update(`token-of-${name}`).digest('hex'),
});
const tokens: AppDependencies['tokens'] = [
  tokenOf('pipeline'),
  { ...tokenOf('alertmanager'), only: 'signals' },
];

/** The application, and what was remembered of what it was told. */
async function app(
  over: Partial<AppDependencies['signals']['alerts']> = {},
  laneLimits?: AppDependencies['laneLimits'],
) {
  const heard: [source: string, message: ToldMessage][] = [];
  const unreadable: [source: string, why: string][] = [];
  const { product: signals } = openFamily(families.signals, [
    { name: 'main', kind: 'alertmanager', clusters: null, settings: {} },
  ]);
  const alerts = {
    hear: async (source: string, message: ToldMessage) => void heard.push([source, message]),
    heardUnreadable: async (source: string, why: string) => void unreadable.push([source, why]),
    ...over,
  };
  const given = {
    tokens,
    tokensRequired: true,
    signals: { signals, alerts },
    ...(laneLimits && { laneLimits }),
  };
  const built = await buildTestApp({ nowView: async () => ({}) as never }, given);
  const post = (
    payload: string | Buffer | object,
    { url = '/api/v1/signals/main', token = 'alertmanager', type = 'application/json' } = {},
  ) =>
    built.app.inject({
      ...{ method: 'POST', url, payload },
      headers: {
        host: 'localhost',
        ...(token && { authorization: `Bearer token-of-${token}` }),
        'content-type': type,
      },
    });
  return { ...built, heard, unreadable, post };
}

const alert = {
  ...{ status: 'firing', labels: { alertname: 'A' }, fingerprint: 'f' },
  ...{ startsAt: '2026-11-22T12:00:00Z', endsAt: '0001-01-01T00:00:00Z' },
};
const body = { version: '4', alerts: [alert], truncatedAlerts: 0, groupKey: '{}' };

async function messagesOf({ deps }: Awaited<ReturnType<typeof app>>) {
  const { values } = await deps.figures.alertMessages.get();
  return values.map(({ labels, value }) => [labels.source, labels.outcome, value]);
}

describe('a message', () => {
  test('is answered once it is remembered', async () => {
    const one = await app();
    expect((await one.post(body)).statusCode).toBe(204);
    expect(one.heard).toMatchObject([['main', { alerts: [{ fingerprint: 'f' }], leavesOut: null }]]);
    expect((await one.post({ ...body, truncatedAlerts: 2 })).statusCode).toBe(204);
    expect(await messagesOf(one)).toEqual([
      ['main', 'heard', 1],
      ['main', 'heard-in-part', 1],
    ]);
  });

  test('that cannot be remembered is to be sent again', async () => {
    const down = Object.assign(new Error('down'), { name: 'StoreUnavailable' });
    const one = await app({ hear: () => Promise.reject(down) });
    expect((await one.post(body)).statusCode).toBe(503);
  });

  test('that is one too many at once is to be sent again, is counted, and leaves acts alone', async () => {
    const signals = { perSecond: 2, atOnce: 4 };
    const one = await app({}, { ...defaultLimits, signals });
    const answers = await Promise.all(Array.from({ length: 12 }, () => one.post(body)));
    const putOff = answers.filter(({ statusCode }) => statusCode !== 204);
    // A second may begin in their midst.
    expect(putOff.length).toBeGreaterThanOrEqual(2);
    for (const { statusCode } of putOff) expect(statusCode).toBe(503);
    expect(putOff[0]?.json().detail).toContain('One caller may send 2 messages about alerts a second.');
    expect(await messagesOf(one)).toContainEqual(['main', 'put-off', putOff.length]);
    const rollback = { url: '/api/v1/deployments/d1/rollback', token: 'pipeline' };
    expect((await one.post({}, rollback)).statusCode).not.toBe(503);
    expect((await one.post({}, rollback)).statusCode).not.toBe(429);
  });

  test.each<[string, string | object, number, string]>([
    ['no JSON', '{"version":', 400, 'The body is no JSON object.'],
    ['another version', { ...body, version: '3' }, 400, 'is not of version "4"'],
    ['too much', `"${'x'.repeat(4 * 1_048_576)}"`, 413, 'larger than 4 MiB'],
  ])('that cannot be read is refused, remembered and counted: %s', async (_what, payload, status, why) => {
    const one = await app();
    const answer = await one.post(payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ detail: expect.stringContaining(why) });
    expect(one.heard).toEqual([]);
    expect(one.unreadable).toEqual([['main', expect.stringContaining(why)]]);
    expect(await messagesOf(one)).toEqual([['main', 'refused', 1]]);
  });

  test('of somebody who is not configured is refused, and nothing is remembered', async () => {
    const one = await app();
    const answer = await one.post(body, { url: '/api/v1/signals/mian' });
    expect(answer.statusCode).toBe(404);
    expect(answer.json().detail).toBe(
      'No source of alerts is called mian; under "signals" of the configuration are: main.',
    );
    expect(
      (await one.post(`"${'x'.repeat(4 * 1_048_576)}"`, { url: '/api/v1/signals/mian' })).statusCode,
    ).toBe(404);
    expect((await one.post('x', { type: 'text/plain' })).statusCode).toBe(415);
    expect([one.heard, one.unreadable]).toEqual([[], []]);
  });
});

describe('who may tell', () => {
  const now = { method: 'GET', url: '/api/v1/now' } as const;
  const bearer = (name: string) => ({ host: 'localhost', authorization: `Bearer token-of-${name}` });

  test('nobody without a token, and nothing of theirs is read', async () => {
    const one = await app();
    expect((await one.post(body, { token: '' })).statusCode).toBe(401);
    expect((await one.post('{', { token: 'nobody' })).statusCode).toBe(401);
    expect(one.unreadable).toEqual([]);
  });

  test('a token for signals is good for nothing else', async () => {
    const one = await app();
    const asked = await one.app.inject({ ...now, headers: bearer('alertmanager') });
    expect(asked.statusCode).toBe(403);
    expect(asked.json()).toMatchObject({
      detail: 'The token alertmanager is for signals only: it may tell of alerts, and nothing else.',
    });
    for (const url of ['/metrics', '/api/v1/deployments/d1/rollback', '/api/v1/signals', '/api/v1/live'])
      expect((await one.post({}, { url })).statusCode, url).toBe(403);
    expect((await one.app.inject({ ...now, headers: bearer('pipeline') })).statusCode).not.toBe(403);
  });

  test('any other token may tell, too', async () => {
    const one = await app();
    expect((await one.post(body, { token: 'pipeline' })).statusCode).toBe(204);
  });
});
