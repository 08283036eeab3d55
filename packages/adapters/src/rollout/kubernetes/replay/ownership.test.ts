import type { OwnershipTarget } from '@lastgood/domain/rollback/contracts/give-back-ownership';
import type { TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import { attemptStep, attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import { describe, expect, it } from 'vitest';
import { type ApiAnswer, toRejection } from '../../../kubernetes/api-answer.ts';
import type { ApiClient, ApiRequest } from '../../../kubernetes/api-client.ts';
import type { PatchOperation } from '../../../kubernetes/operation-note.ts';
import { appliedState } from '../field-ownership.ts';
import { rehearse } from '../rehearse.ts';
import type { ServedWorkload } from '../served-objects.ts';
import { bareTemplate, templateDigest } from '../template-digest.ts';
import { createWorkloads } from '../workloads.ts';
import { type RecordedTrace, readTrace } from './recorded-trace.ts';

const ok = (body: unknown): ApiAnswer => ({ kind: 'ok', body });

/** Gives prepared answers in order and keeps what was asked. */
function scripted(...answers: ApiAnswer[]) {
  const asked: ApiRequest[] = [];
  const api: ApiClient = async (request) => {
    asked.push(request);
    const answer = answers.shift();
    if (!answer) throw new Error(`nothing was recorded for ${request.method} ${request.path}`);
    return answer;
  };
  return {
    api,
    asked,
    workloads: createWorkloads({ of: () => api }, 'lastgood', () => 0),
  };
}

const workloadOf = ({ metadata }: ServedWorkload) =>
  ({ cluster: 'main', namespace: 'trace', kind: 'Deployment', name: metadata.name }) as const;

function targetOf(trace: RecordedTrace, goodId: string, badId: string): TemplateTarget {
  const [good, bad] = [trace.body<ServedWorkload>(goodId), trace.body<ServedWorkload>(badId)];
  return {
    workload: workloadOf(good),
    uid: good.metadata.uid,
    fromDigest: templateDigest(bad.spec.template),
    template: good.spec.template,
    templateDigest: templateDigest(good.spec.template),
    imageDigests: {},
    applied: appliedState(good.metadata),
  };
}

describe('16a-server-side-apply-ownership', () => {
  const trace = readTrace('16a-server-side-apply-ownership');
  const good = trace.body<ServedWorkload>('a2-v1');
  const step = {
    ...{ kind: 'give-back-ownership', workload: workloadOf(good), uid: good.metadata.uid },
    templateDigest: templateDigest(good.spec.template),
    managers: appliedState(good.metadata).managers,
  } as const satisfies OwnershipTarget & { kind: 'give-back-ownership' };

  it('gives back by the recorded patch, but that it also tests what each entry owns', async () => {
    const before = ok(trace.body('a2-rolledback'));
    const { workloads, asked } = scripted(
      before,
      ok(trace.body('a2-restore')),
      ok(trace.body('a2-restored')),
    );
    expect(await attemptStep(workloads.giveBackOwnership, step, 'op-1')).toMatchObject({
      outcome: { kind: 'applied' },
      sent: true,
    });
    const patch = asked[1]?.body as PatchOperation[];
    const isOwned = ({ op, path }: PatchOperation) => op === 'test' && path.endsWith('/fieldsV1');
    expect(patch.filter((operation) => !isOwned(operation))).toEqual(trace.step('a2-restore').body);
    expect(patch.filter(isOwned)).toHaveLength(2);
  });

  it('finds it done where it is done', async () => {
    const { workloads, asked } = scripted(ok(trace.body('a2-restored')));
    expect(await attemptStep(workloads.giveBackOwnership, step, 'op-1')).toMatchObject({
      outcome: { kind: 'applied' },
      sent: false,
    });
    expect(asked).toHaveLength(1);
  });

  it('looks again when an entry has moved, and says when its owner applies it no more', async () => {
    const moved = trace.step('drop-again').response;
    const lost = toRejection(moved.status, JSON.stringify(moved.body), undefined, 0);
    const before = ok(trace.body('a2-rolledback'));
    const again = scripted(before, lost, before, ok(trace.body('a2-restore')), ok(trace.body('a2-restored')));
    const attempts = await attemptUntilOver(again.workloads.giveBackOwnership, step, 'op-1');
    expect(attempts.map(({ outcome }) => outcome.kind)).toEqual(['waiting', 'applied']);
    const other = { ...step, managers: [{ manager: 'other', fields: {} }] };
    const { workloads } = scripted(before);
    expect((await attemptStep(workloads.giveBackOwnership, other, 'op-1')).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('other applies Deployment trace/web-a2 no more'),
    });
  });
});

describe('16b-client-side-apply-after-rollback', () => {
  const trace = readTrace('16b-client-side-apply-after-rollback');

  it('puts back what was written down at the target by the recorded patch', async () => {
    const target = targetOf(trace, 'r-v1', 'r-v2');
    const { workloads, asked } = scripted(
      ...[ok(trace.body('r-v2')), ok(trace.body('r-rollback')), ok(trace.body('r-rolledback'))],
    );
    const step = { kind: 'set-template', ...target } as const;
    expect(await attemptStep(workloads.setTemplate, step, 'op-1')).toMatchObject({
      outcome: { kind: 'applied' },
    });
    const recorded = (trace.step('r-rollback').body as PatchOperation[]).map((operation) => ({
      ...operation,
      path: operation.path.replace('lastgood.example~1rollback', 'lastgood.dev~1operation'),
    }));
    expect(asked[1]?.body).toEqual(recorded);
  });

  it('leaves it alone where nothing is recorded, as in records from before it was kept', async () => {
    const { applied: _unknown, ...target } = targetOf(trace, 'v1', 'v2');
    const { workloads, asked } = scripted(
      ...[ok(trace.body('v2')), ok(trace.body('rollback')), ok(trace.body('rolledback'))],
    );
    await attemptStep(workloads.setTemplate, { kind: 'set-template', ...target }, 'op-1');
    expect(JSON.stringify(asked[1]?.body)).not.toContain('last-applied-configuration');
  });
});

describe('17-mutating-admission', () => {
  const trace = readTrace('17-mutating-admission');
  const target = targetOf(trace, 'v1', 'v2');
  const [v1, rolledBack] = [trace.body<ServedWorkload>('v1'), trace.body<ServedWorkload>('rolledback')];
  const stored = bareTemplate(rolledBack.spec.template);

  it('plans with what the dry run answers, and says what the policy adds', async () => {
    const { api } = scripted(ok(trace.body('v2')), ok(trace.body('rollback-dry')));
    const to = {
      ...{ uid: v1.metadata.uid, generation: 1, template: v1.spec.template, images: {}, imageDigests: {} },
      ...{ podTemplateHash: null, revision: null, historyName: null, observedAt: 0 },
      templateDigest: templateDigest(v1.spec.template),
    };
    const signal = new AbortController().signal;
    expect(await rehearse(api, workloadOf(v1), to, { fieldManager: 'lastgood', signal })).toEqual({
      kind: 'accepted',
      template: stored,
      templateDigest: templateDigest(stored),
      changes: ['adds securityContext.fsGroup'],
    });
  });

  it('is done when what was stored is what the dry run answered', async () => {
    const { workloads } = scripted(
      ...[ok(trace.body('v2')), ok(trace.body('rollback')), ok(trace.body('rolledback'))],
    );
    const step = { kind: 'set-template', ...target, stored, templateDigest: templateDigest(stored) } as const;
    expect(await attemptStep(workloads.setTemplate, step, 'op-1')).toMatchObject({
      outcome: { kind: 'applied', note: expect.stringContaining('adds securityContext.fsGroup') },
      sent: true,
    });
  });

  it('takes what was stored for the target where no dry run told, and sends once', async () => {
    const marked = structuredClone(rolledBack);
    marked.metadata.annotations = { ...marked.metadata.annotations, 'lastgood.dev/operation': 'op-1' };
    const { workloads, asked } = scripted(ok(trace.body('v2')), ok(trace.body('rollback')), ok(marked));
    const step = { kind: 'set-template', ...target } as const;
    expect(await attemptStep(workloads.setTemplate, step, 'op-1')).toMatchObject({
      outcome: { kind: 'applied' },
      became: { step: { templateDigest: templateDigest(stored) } },
    });
    expect(asked.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });
});
