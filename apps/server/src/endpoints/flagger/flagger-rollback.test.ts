import { createHash } from 'node:crypto';
import type { Lease, RunStep, StepOf } from '@lastgood/domain';
import { createStore, isStoreUnavailable, type Store } from '@lastgood/store';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import {
  aBaseline,
  aDeployment,
  aPlan,
  aRun,
  aService,
  aStep,
  dayZero,
} from '@lastgood/testkit/scenario/builders';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildTestApp } from '../../http/app-harness.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { flaggerRollback } from './flagger-rollback.ts';

const postgres = usePostgres();
const order: StepOf<'order-abort'> = {
  kind: 'order-abort',
  controller: 'Flagger',
  object: { cluster: 'main', namespace: 'shop', kind: 'Canary', name: 'web' },
  ...{ uid: 'uid-1', revision: 'bad0bad', checksum: 'c0ffee' },
};
const asked = { name: 'web', namespace: 'shop', phase: 'Progressing', checksum: 'c0ffee', metadata: {} };
const token = 'a-token-of-flagger';
const tokens = [{ name: 'flagger', sha256: createHash('sha256').update(token).digest('hex') }];

let store: Store;
let lease: Lease;
beforeAll(async () => {
  store = createStore({ databaseUrl: postgres.url, now: () => dayZero });
  await store.services.apply(aService(), 'ada', dayZero);
  for (const one of [aBaseline(), aDeployment()]) await store.deployments.commit({ newDeployments: [one] });
  await store.commands.queueRun(aRun());
  const claimed = await store.runs.claim('a', 60_000, []);
  if (!claimed) throw new Error('the run was not claimed');
  lease = claimed.lease;
  const planned = { ...aStep().planned, step: order };
  const steps: RunStep[] = [aStep({ planned }), aStep({ ordinal: 1 })];
  const plan = aPlan({ steps: steps.map((one) => one.planned) });
  await commit({ run: { status: 'running', startedAt: dayZero, plan }, newSteps: steps });
});
afterAll(() => store.close());

async function commit(change: Parameters<Store['runs']['commit']>[1]) {
  if (!(await store.runs.commit(lease, change))) throw new Error('the lease is lost');
}

/** How Flagger asks: what is no order it takes for a no. */
async function ask(
  body: unknown = asked,
  { cluster = 'main', of = store, headers = {}, required = false, withTokens = tokens } = {} as {
    cluster?: string;
    of?: Pick<Store, 'views'>;
    headers?: Record<string, string>;
    required?: boolean;
    withTokens?: typeof tokens;
  },
) {
  const deps = { store: of } as EndpointDependencies;
  const { app } = await buildTestApp(
    { flaggerRollback: (request) => flaggerRollback.handle(deps, request) },
    { tokens: withTokens, tokensRequired: required, isDatabaseDown: isStoreUnavailable },
  );
  const answer = await app.inject({
    method: 'POST',
    url: `/api/v1/flagger/${cluster}/rollback`,
    headers: { host: 'localhost', 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
  await app.close();
  return answer;
}

const status = async (...given: Parameters<typeof ask>) => (await ask(...given)).statusCode;
const setStep = (to: RunStep['status']) =>
  commit({ steps: [{ ordinal: 0, status: to, startedAt: dayZero, attempt: true }] });

describe('Flagger is told to roll back', () => {
  test('not before the step that orders it is at work', async () => {
    expect(await status()).toBe(403);
  });

  test('while it is at work, and of exactly this canary and version', async () => {
    for (const at of ['started', 'waiting'] as const) {
      await setStep(at);
      const answer = await ask({ ...asked, failedChecks: 2, canaryWeight: 20, type: 'rollback' });
      expect([answer.statusCode, answer.json()]).toEqual([200, { runId: 'r1' }]);
    }
    expect(await status({ ...asked, name: 'cart' })).toBe(403);
    expect(await status({ ...asked, namespace: 'other' })).toBe(403);
    expect(await status({ ...asked, checksum: 'c0ffef' })).toBe(403);
    expect(await status(asked, { cluster: 'eu' })).toBe(403);
  });

  test('never by an answer that was kept', async () => {
    const headers = { 'idempotency-key': 'again' };
    expect(await status(asked, { headers })).toBe(403);
    expect(await status(asked, { headers })).toBe(403);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '{"name": "web"'],
    ['a list', '[]'],
    ['no checksum', { name: 'web', namespace: 'shop' }],
    ['a checksum of another kind', { ...asked, checksum: ['c0ffee'] }],
    ['a name that is none', { ...asked, name: '%' }],
  ])('never for what cannot be read: %s', async (_words, body) => {
    expect(await status(body)).toBeGreaterThanOrEqual(400);
  });

  test('never by a database that is out, or by a fault of our own', async () => {
    const out = createStore({ databaseUrl: 'postgres://localhost:1/nowhere', now: () => dayZero });
    expect(await status(asked, { of: out })).toBe(403);
    await out.close();
    const views = new Proxy({} as Store['views'], {
      get: () => async () => {
        throw new TypeError('a fault');
      },
    });
    expect(await status(asked, { of: { views } })).toBe(403);
  });

  test('with the token in the address, where one is needed', async () => {
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    expect(await status(asked, { required: true })).toBe(401);
    expect(await status(asked, { required: true, headers: basic('flagger:wrong') })).toBe(401);
    expect(await status(asked, { required: true, headers: basic('flagger') })).toBe(401);
    expect(await status(asked, { required: true, headers: basic(`flagger:${token}`) })).toBe(200);
    expect(await status(asked, { required: true, headers: { authorization: `Bearer ${token}` } })).toBe(200);
  });

  test('no longer once the step is done, nor when the run has stopped at it', async () => {
    await setStep('applied');
    expect(await status()).toBe(403);
    await setStep('waiting');
    expect(await status()).toBe(200);
    const stop = { ordinal: 0, reason: 'asked', endState: '', advice: '', refusals: [] };
    await commit({ run: { status: 'stopped', stop, finishedAt: dayZero } });
    expect(await status()).toBe(403);
  });
});
