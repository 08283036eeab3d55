import type { TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import { attemptStep, attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import { describe, expect, it } from 'vitest';
import { type ApiAnswer, toRejection } from '../../../kubernetes/api-answer.ts';
import type { ApiClient, ApiRequest } from '../../../kubernetes/api-client.ts';
import { operationAnnotation, type PatchOperation } from '../../../kubernetes/operation-note.ts';
import type { ServedWorkload } from '../served-objects.ts';
import { templateDigest } from '../template-digest.ts';
import { createWorkloads } from '../workloads.ts';
import { type RecordedTrace, readTrace } from './recorded-trace.ts';

const lost: ApiAnswer = { kind: 'lost', reason: 'other side closed', timedOut: false };

/** Gives prepared answers in order and keeps what was asked. */
function scripted(...answers: ApiAnswer[]): { api: ApiClient; asked: ApiRequest[] } {
  const asked: ApiRequest[] = [];
  const api: ApiClient = async (request) => {
    asked.push(request);
    const answer = answers.shift();
    if (!answer) throw new Error(`nothing was recorded for ${request.method} ${request.path}`);
    return answer;
  };
  return { api, asked };
}

const workloadsAt = (api: ApiClient) => createWorkloads({ of: () => api }, 'lastgood', () => 0);

const rehearse = (api: ApiClient, target: TemplateTarget) =>
  attemptStep(workloadsAt(api).rehearseTemplate, { kind: 'rehearse-template', ...target }, 'op-1');

const set = (api: ApiClient, target: TemplateTarget) =>
  attemptStep(workloadsAt(api).setTemplate, { kind: 'set-template', ...target }, 'op-1');

const setUntilOver = (api: ApiClient, target: TemplateTarget) =>
  attemptUntilOver(workloadsAt(api).setTemplate, { kind: 'set-template', ...target }, 'op-1');

/** The recorded answer of a step, as the client would have read it. */
function recorded(trace: RecordedTrace, id: string): ApiAnswer {
  const { status, body } = trace.step(id).response;
  return status < 300 ? { kind: 'ok', body } : toRejection(status, JSON.stringify(body), undefined, 0);
}

function targetOf(good: ServedWorkload, bad: ServedWorkload): TemplateTarget {
  return {
    workload: { cluster: 'main', namespace: 'trace', kind: 'Deployment', name: good.metadata.name },
    uid: good.metadata.uid,
    fromDigest: templateDigest(bad.spec.template),
    template: good.spec.template,
    templateDigest: templateDigest(good.spec.template),
    imageDigests: {},
  };
}

describe('03-rolling-rollback-fenced', () => {
  const trace = readTrace('03-rolling-rollback-fenced');
  const target = targetOf(trace.body('v1'), trace.body('v2'));

  it('sends the recorded patch, but for its own name of the mark', async () => {
    const { api, asked } = scripted(
      recorded(trace, 'v2'),
      recorded(trace, 'rollback'),
      recorded(trace, 'done'),
    );
    expect(await set(api, target)).toMatchObject({ outcome: { kind: 'applied' }, sent: true });
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'PATCH', 'GET']);
    const patch = asked[1];
    const body = (trace.step('rollback').body as PatchOperation[]).map((operation) => ({
      ...operation,
      path: operation.path.replace('lastgood.example~1rollback', 'lastgood.dev~1operation'),
    }));
    expect(patch?.body).toEqual(body);
    expect(`${patch?.path}?${new URLSearchParams(patch?.query)}`).toBe(trace.step('rollback').path);
  });

  it('rehearses with the recorded dry run', async () => {
    const { api, asked } = scripted(recorded(trace, 'v2'), recorded(trace, 'dry'));
    expect(await rehearse(api, target)).toMatchObject({
      outcome: { kind: 'applied', note: expect.stringContaining('would') },
      sent: false,
    });
    expect(asked[1]?.query).toMatchObject({ dryRun: 'All' });
  });

  it('refuses in the rehearsal when the server would store something else', async () => {
    const { api } = scripted(recorded(trace, 'v2'), recorded(trace, 'v2'));
    expect((await rehearse(api, target)).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('admission'),
    });
  });

  it.each(['again-at-once', 'again-later'])('concludes from %s that it was done', async (id) => {
    const { api, asked } = scripted(recorded(trace, 'v2'), recorded(trace, id), recorded(trace, 'done'));
    expect(await setUntilOver(api, target)).toMatchObject([
      { outcome: { kind: 'waiting' }, sent: false },
      { outcome: { kind: 'applied' }, sent: false },
    ]);
    expect(asked.filter((request) => request.method === 'PATCH')).toHaveLength(1);
  });

  it('reads to find out what became of a lost answer', async () => {
    const v2 = recorded(trace, 'v2');
    const done = await set(scripted(v2, lost, recorded(trace, 'done')).api, target);
    expect(done).toMatchObject({
      outcome: { kind: 'applied', note: expect.stringContaining('answer was lost') },
      sent: true,
    });
    for (const look of [v2, lost]) {
      const { api, asked } = scripted(v2, lost, look);
      expect(await set(api, target)).toMatchObject({ outcome: { kind: 'waiting' }, sent: true });
      expect(asked.map(({ method }) => method)).toEqual(['GET', 'PATCH', 'GET']);
    }
  });

  it('looks before every write when the fence is lost again and again', async () => {
    const pairs = Array.from({ length: 5 }, () => [
      recorded(trace, 'v2'),
      recorded(trace, 'again-later'),
    ]).flat();
    const { api, asked } = scripted(...pairs, recorded(trace, 'done'));
    const attempts = await setUntilOver(api, target);
    expect(attempts.map(({ outcome, sent }) => [outcome.kind, sent])).toEqual([
      ...Array.from({ length: 5 }, () => ['waiting', false]),
      ['applied', false],
    ]);
    expect(asked.map(({ method }) => method).join(' ')).toBe(`${'GET PATCH '.repeat(5)}GET`);
  });

  it('refuses a plan whose digest is not that of its template', async () => {
    const { api, asked } = scripted(recorded(trace, 'v2'));
    expect(await set(api, { ...target, templateDigest: templateDigest({}) })).toMatchObject({
      outcome: { kind: 'failed', reason: expect.stringContaining('plan anew') },
      sent: false,
    });
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
  });
});

describe('13-concurrent-writer', () => {
  const trace = readTrace('13-concurrent-writer');
  const target = targetOf(trace.body('v1'), trace.body('read-1'));

  it('stops at the third version that came between reading and writing', async () => {
    const { api, asked } = scripted(
      recorded(trace, 'read-1'),
      recorded(trace, 'fenced-lost'),
      recorded(trace, 'read-2'),
    );
    const [overtaken, told] = await setUntilOver(api, target);
    expect(overtaken).toMatchObject({ outcome: { kind: 'waiting' }, sent: false });
    expect(told?.outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('third') });
    expect(asked.filter((request) => request.method === 'PATCH')).toHaveLength(1);
  });

  it('tests uid and generation before anything else', async () => {
    const { api, asked } = scripted(
      recorded(trace, 'read-1'),
      recorded(trace, 'fenced-won'),
      recorded(trace, 'fenced-won'),
    );
    await set(api, target);
    const recordedTests = (trace.step('fenced-lost').body as PatchOperation[]).slice(0, 2);
    expect((asked[1]?.body as PatchOperation[] | undefined)?.slice(0, 2)).toEqual(recordedTests);
  });

  it('refuses the object that took the name of the deleted one', async () => {
    const { api } = scripted(recorded(trace, 'recreate'));
    expect((await set(api, target)).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('created again'),
    });
  });
});

it('06b: refuses a paused Deployment', async () => {
  const trace = readTrace('06b-paused-deployment');
  const paused = trace.body<ServedWorkload>('paused');
  const { api } = scripted({ kind: 'ok', body: paused });
  expect((await set(api, targetOf(trace.body('v1'), paused))).outcome).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('paused'),
    advice: expect.stringMatching(/kubectl rollout resume deployment\/\S+ -n trace/),
  });
});

describe('08a-statefulset-undo-sticks', () => {
  const trace = readTrace('08a-statefulset-undo-sticks');
  const workload = { cluster: 'main', namespace: 'trace', kind: 'StatefulSet', name: 'db' } as const;

  it('adds the map of annotations under a fence of the whole object where there is none', async () => {
    const stuck = trace.body<ServedWorkload>('stuck');
    const rollback = recorded(trace, 'rollback');
    const { api, asked } = scripted(recorded(trace, 'stuck'), rollback, rollback);
    const target = { ...targetOf(trace.body('v1'), stuck), workload };
    expect(await set(api, target)).toMatchObject({ outcome: { kind: 'applied' }, sent: true });
    const operations = asked[1]?.body as PatchOperation[];
    const { resourceVersion } = stuck.metadata;
    expect(operations).toContainEqual({
      op: 'test',
      path: '/metadata/resourceVersion',
      value: resourceVersion,
    });
    expect(operations.at(-1)).toEqual({
      op: 'add',
      path: '/metadata/annotations',
      value: { [operationAnnotation]: 'op-1' },
    });
  });
});
