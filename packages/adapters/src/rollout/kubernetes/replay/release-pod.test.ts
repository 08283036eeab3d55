import type { BlockingPod } from '@lastgood/domain/workload/blocking-pod';
import { describe, expect, it } from 'vitest';
import { type ApiAnswer, toRejection } from '../../../kubernetes/api-answer.ts';
import type { ApiClient, ApiRequest } from '../../../kubernetes/api-client.ts';
import { releasePod } from '../release-pod.ts';
import type { ServedPod } from '../served-objects.ts';
import { readTrace } from './recorded-trace.ts';

const trace = readTrace('19a-stateful-set-quorum');
const workload = { cluster: 'main', namespace: 'trace', kind: 'StatefulSet', name: 'db' } as const;
const never = new AbortController().signal;

const { items } = trace.body<{ items: ServedPod[] }>('pods-after-1');
const db2 = items.find(({ metadata }) => metadata.name === 'db-2') as ServedPod;
const stuck: BlockingPod = {
  ...{ name: 'db-2', uid: db2.metadata.uid, template: 'other', why: 'order' },
  ...{ notReadySince: 0, stuck: 2, releaseHint: 'kubectl delete pod db-2 -n trace' },
};

function recorded(id: string): ApiAnswer {
  const { status, body } = trace.step(id).response;
  const { details } = body as { details?: { retryAfterSeconds?: number } };
  const after = details?.retryAfterSeconds;
  return status < 300
    ? { kind: 'ok', body }
    : toRejection(status, JSON.stringify(body), after === undefined ? undefined : String(after), 0);
}

const status = (code: number, reason: string, message: string) =>
  toRejection(code, JSON.stringify({ kind: 'Status', reason, message, code }), undefined, 0);

/** Releases db-2 where the API server gives these answers in turn; the pod is read first. */
async function release(answers: ApiAnswer[], pod = stuck, found: ApiAnswer = { kind: 'ok', body: db2 }) {
  const asked: ApiRequest[] = [];
  const turns = [found, ...answers];
  const api: ApiClient = async (request) => {
    asked.push(request);
    const answer = turns.shift();
    if (!answer) throw new Error(`nothing was prepared for ${request.method} ${request.path}`);
    return answer;
  };
  return { result: await releasePod(api, workload, pod, never), asked };
}

it('sends the recorded eviction, after a look at the pod', async () => {
  const { result, asked } = await release([recorded('evict-2')]);
  expect(result).toMatchObject({ kind: 'applied', note: expect.stringContaining('evicted db-2') });
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /api/v1/namespaces/trace/pods/db-2',
    'POST /api/v1/namespaces/trace/pods/db-2/eviction',
  ]);
  expect(asked[1]?.body).toEqual(trace.step('evict-2').body);
});

describe('a pod that is not the one that was seen any more', () => {
  const other = { ...db2, metadata: { ...db2.metadata, uid: 'another' } };
  const ending = { ...db2, metadata: { ...db2.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const ready = { ...db2, status: { conditions: [{ type: 'Ready', status: 'True' }] } };
  it.each<[string, ApiAnswer]>([
    ['has another uid, which would cost the budget its room', { kind: 'ok', body: other }],
    ['is ending', { kind: 'ok', body: ending }],
    ['became ready', { kind: 'ok', body: ready }],
    ['is not there', recorded('pod-4-away')],
  ])('is left alone: it %s', async (_why, found) => {
    const { result, asked } = await release([], stuck, found);
    expect([result.kind, asked.length]).toEqual(['already', 1]);
  });

  it('is gone when the eviction itself meets another one', async () => {
    expect((await release([recorded('evict-wrong-uid-ready')])).result.kind).toBe('already');
    expect((await release([recorded('evict-gone')])).result.kind).toBe('already');
  });
});

describe('a budget', () => {
  it('that has no room just now is waited for, by its name', async () => {
    // Of five pods four are healthy once db-2 is the only one that is not: others have only to become ready.
    const { result, asked } = await release([recorded('evict-exhausted'), recorded('pdb-mid')], {
      ...stuck,
      stuck: 1,
    });
    expect(asked[2]?.path).toBe('/apis/policy/v1/namespaces/trace/poddisruptionbudgets/db');
    expect(result).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/trace\/db .*needs 4 .*has 2/),
    });
  });

  it('that can never be met is refused with both ways out', async () => {
    const { result } = await release([recorded('evict-exhausted'), recorded('pdb-mid')]);
    expect(result).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(
        /trace\/db can never let db-2 go: it needs 4 .*2 of 5 cannot become ready/,
      ),
      advice: expect.stringMatching(
        /kubectl patch pdb db -n trace .*AlwaysAllow.*kubectl delete pod db-2 -n trace/,
      ),
    });
  });

  it('that cannot do without any ready pod is refused, and needs another way out', async () => {
    const budget = { spec: {}, status: { currentHealthy: 3, desiredHealthy: 3, expectedPods: 3 } };
    const { result } = await release([recorded('evict-429'), { kind: 'ok', body: budget }], {
      ...stuck,
      ...{ why: 'on-delete', notReadySince: null, stuck: 0 },
    });
    expect(result).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('can do without none'),
      advice: expect.stringMatching(/room for one pod .*kubectl edit pdb db -n trace/),
    });
  });

  it('that may not be read is waited for', async () => {
    const forbidden = status(403, 'Forbidden', 'cannot get resource "poddisruptionbudgets"');
    expect((await release([recorded('evict-exhausted'), forbidden])).result).toMatchObject({ kind: 'retry' });
  });

  it('that is still being counted is asked again when the server says', async () => {
    const { result } = await release([recorded('evict-wrong-uid'), recorded('pdb-policy')]);
    expect(result).toMatchObject({ kind: 'retry', afterMs: 10_000 });
  });
});

describe('an eviction that the cluster does not do', () => {
  const byHand = /kubectl delete pod db-2 -n trace/;
  it.each<[string, ApiAnswer, RegExp, RegExp]>([
    [
      'a server that has no eviction',
      status(404, 'NotFound', 'the server could not find the requested resource'),
      /cannot evict/,
      /1\.22/,
    ],
    [
      'a server that only has an older one',
      status(400, 'BadRequest', 'no kind "Eviction" is registered for version "policy/v1"'),
      /cannot evict/,
      /1\.22/,
    ],
    [
      'two budgets over one pod',
      status(500, 'InternalError', 'This pod has more than one PodDisruptionBudget, which is not supported'),
      /more than one PodDisruptionBudget/,
      /only one/,
    ],
  ])('is said in words, with the way out and without a delete: %s', async (_what, answer, reason, advice) => {
    const { result, asked } = await release([answer]);
    expect(result).toMatchObject({ kind: 'refused', reason: expect.stringMatching(reason) });
    expect(result).toMatchObject({ advice: expect.stringMatching(advice) });
    expect(result).toMatchObject({ advice: expect.stringMatching(byHand) });
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it('is tried again when the server is busy, and read back when its answer is lost', async () => {
    const busy = toRejection(429, 'Too many requests, please try again later.', '3', 0);
    expect((await release([busy])).result).toMatchObject({ kind: 'retry', afterMs: 3_000 });
    const lost: ApiAnswer = { kind: 'lost', reason: 'other side closed', timedOut: false };
    expect((await release([lost])).result.kind).toBe('unknown');
  });
});
