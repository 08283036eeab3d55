import type { Delivery } from '@lastgood/domain/notification/delivery';
import { exampleNotification, outgoing } from '@lastgood/testkit/contracts/notifier';
import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../receiver-harness.ts';
import { createGitHub } from './github.ts';
import { type LocalGitHub, startGitHub } from './github-harness.ts';
import { gitHubSettings } from './settings.ts';

const token = 'ghp_0123456789abcdef';
const sha = '1f0c2a7b8d9e0f1a2b3c4d5e6f708192a3b4c5d6';
const signal = () => new AbortController().signal;
const { facts } = exampleNotification;
if (!facts) throw new Error('the example has facts');
const about = { ...facts, from: { release: 42, version: 'v42', commit: sha } };
const verified = () => outgoing({ kind: 'deployment_verified', runId: null, facts: about });

describe('what GitHub answers', () => {
  let server: LocalGitHub;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    server = await startGitHub(token, 'acme/shop', [sha]);
    closing.push(server.close);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const now = 1_700_000_000_000;
  function make(over: Partial<Parameters<typeof createGitHub>[0]> = {}) {
    const settings = { name: 'github', token, repository: 'acme/shop', url: server.url };
    const notifier = createGitHub({ ...settings, ...over }, () => now);
    closing.push(notifier.close);
    return notifier;
  }

  it('says what GitHub said, and no token', async () => {
    server.instead = { status: 401, json: { message: `Bad credentials ${token}` } };
    expect(await make().deliver(verified(), signal())).toEqual({
      kind: 'refused',
      reason: 'GitHub answered HTTP 401 Unauthorized: Bad credentials ….',
    });
  });

  it.each<[Answer, Partial<Delivery>]>([
    [{ status: 200, text: '<html>a proxy</html>' }, { kind: 'refused' }],
    [{ status: 301, headers: { location: 'http://127.0.0.1:1/' } }, { kind: 'refused' }],
    [
      { status: 403, json: { message: 'Resource not accessible by personal access token' } },
      { kind: 'refused' },
    ],
    [
      { status: 403, headers: { 'retry-after': '30' } },
      { kind: 'retry', afterMs: 30_000 },
    ],
    [
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1700000120' } },
      { kind: 'retry', afterMs: 120_000 },
    ],
    [
      { status: 403, json: { message: 'You have exceeded a secondary rate limit.' } },
      { kind: 'retry', afterMs: 60_000 },
    ],
    [{ status: 429 }, { kind: 'retry', afterMs: 60_000 }],
    [
      { status: 502, text: '<html>' },
      { kind: 'retry', afterMs: null },
    ],
  ])('takes %j for what it is', async (answer, delivery) => {
    server.instead = answer;
    expect(await make().deliver(verified(), signal())).toMatchObject(delivery);
    expect(server.seen).toHaveLength(1);
  });

  it('asks for another try of one that never answers', async () => {
    server.instead = 'never';
    const delivery = await make({ timeoutMs: 100 }).deliver(verified(), signal());
    expect(delivery).toMatchObject({ kind: 'retry', reason: expect.stringContaining('within 0.1 s') });
  });

  it('probes its token and the repository', async () => {
    expect(await make().probe?.(null, signal())).toBeNull();
    expect(await make({ token: 'wrong' }).probe?.(null, signal())).toMatchObject({ setting: 'token' });
    expect(await make({ repository: 'acme/none' }).probe?.(null, signal())).toMatchObject({
      setting: 'repository',
    });
    expect(await make().probe?.('acme/none', signal())).toMatchObject({ setting: null });
    expect(await make().probe?.('none', signal())).toMatchObject({ setting: null });
    server.instead = { status: 503 };
    expect(await make().probe?.(null, signal())).toBe('unknown');
    expect(server.statuses).toEqual([]);
  });

  it('takes settings that can work', () => {
    const schema = Compile(gitHubSettings);
    expect(schema.Check({ token })).toBe(true);
    expect(schema.Check({ token, repository: 'acme/shop', url: 'https://ghe.example/api/v3' })).toBe(true);
    expect(schema.Check({ token: 'a\r\nx: y' })).toBe(false);
    expect(schema.Check({ token, repository: 'shop' })).toBe(false);
  });
});
