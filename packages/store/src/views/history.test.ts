import { aStep } from '@lastgood/testkit/scenario/builders';
import { describe, expect, test } from 'vitest';
import { deployment, newId, queuedRun, run, service, t0, twoReleases } from '../store-harness.ts';
import { store } from './views-harness.ts';

describe('one deployment', () => {
  test('with all its page shows', async () => {
    const { svc, bad, good, run: asked } = await queuedRun(store);
    const row = await store.views.deployment(bad.id);
    expect(row).toMatchObject({
      deployment: { ...bad, release: 2 },
      service: svc,
      triggers: [{ trigger: { name: 'errors' }, state: null }],
      lastDecision: null,
      previous: { id: good.id },
      lastKnownGood: { id: good.id },
      activeRunId: asked.id,
      lastRunId: asked.id,
      holds: [],
    });
    expect(row?.timeline.map((event) => event.type)).toEqual(['rollback.queued']);
    expect(await store.views.deployment('nobody')).toBeNull();
  });

  test('lists are newest first, page without gaps, and leave the templates out', async () => {
    const svc = service();
    await store.services.apply(svc, 'ada', t0);
    const snapshot = { uid: 'u', template: { big: true }, templateDigest: 'd' };
    const change = {
      kind: 'workload',
      target: { kind: 'Deployment', name: 'w' },
      before: null,
      after: snapshot,
    };
    const added = Array.from({ length: 5 }, () => deployment(svc, { changes: [change as never] }));
    for (const one of added) await store.deployments.commit({ newDeployments: [one] });
    const first = await store.views.deployments({ service: svc.key, limit: 3 });
    const last = first.at(-1);
    if (!last) throw new Error('a page was expected');
    const rest = await store.views.deployments({
      service: svc.key,
      limit: 3,
      after: { at: last.startedAt, id: last.id },
    });
    expect([...first, ...rest].map((one) => one.id)).toEqual(
      added
        .map((one) => one.id)
        .toSorted()
        .reverse(),
    );
    expect(first[0]?.changes).toEqual([{ ...change, after: { ...snapshot, template: {} } }]);
  });
});

test('deployments are found by how their version or commit begins, without case, and no sign means anything else', async () => {
  const svc = service();
  await store.services.apply(svc, 'ada', t0);
  const named = (version: string | null, commit: string | null) => deployment(svc, { version, commit });
  const [mixed, byCommit, percent] = [named('V42-rc', null), named(null, 'v42beef'), named('%1', 'abc')];
  for (const one of [mixed, byCommit, percent, named('1.42', null)])
    await store.deployments.commit({ newDeployments: [one] });
  const found = async (search: string) =>
    (await store.views.deployments({ service: svc.key, search, limit: 10 })).map(({ id }) => id).toSorted();
  expect(await found('v42')).toEqual([mixed.id, byCommit.id].toSorted());
  expect(await found('%')).toEqual([percent.id]);
});

describe('runs and events', () => {
  test('a run with its decision, steps, checks, holder and timeline', async () => {
    const { svc, bad, good } = await twoReleases(store);
    const decision = {
      id: newId('decision'),
      deploymentId: bad.id,
      service: svc.key,
      slot: t0,
      verdict: 'roll_back' as const,
      wanted: 'roll_back' as const,
      trigger: 'errors',
      sentence: 's',
      restraints: [],
      evidence: [],
      guards: [],
    };
    const asked = run(svc, bad.id, good.id, {
      requester: { kind: 'automatic', trigger: 'errors', decisionId: decision.id },
    });
    await store.deployments.commit({ decisions: [decision], newRuns: [asked] });
    const claimed = await store.runs.claim('replica-7', 60_000, []);
    if (!claimed) throw new Error('nothing was due');
    await store.runs.commit(claimed.lease, {
      newSteps: [aStep({ ordinal: 0 })],
      events: [
        {
          type: 'rollback.planned',
          at: t0,
          service: svc.key,
          deploymentId: bad.id,
          runId: asked.id,
          text: 'p',
          data: {},
        },
      ],
    });
    expect(await store.views.run(asked.id)).toMatchObject({
      run: asked,
      from: { id: bad.id, release: 2 },
      target: { id: good.id, release: 1 },
      steps: [aStep({ ordinal: 0 })],
      checks: [],
      decision,
      holder: { replica: 'replica-7', since: expect.any(Number) },
      timeline: [{ type: 'rollback.planned', text: 'p' }],
    });
    expect((await store.views.runs({ service: svc.key, limit: 5 })).map((row) => row.run.id)).toEqual([
      asked.id,
    ]);
    expect(await store.views.runs({ service: svc.key, status: 'done', limit: 5 })).toEqual([]);
    expect((await store.views.runs({ deployment: bad.id, limit: 5 }))[0]?.target.id).toBe(good.id);
  });

  test('events page backwards by id', async () => {
    const { svc } = await twoReleases(store);
    const texts = ['one', 'two', 'three'];
    for (const text of texts)
      await store.events.append([
        { type: 'trigger.fired', at: t0, service: svc.key, deploymentId: null, runId: null, text, data: {} },
      ]);
    const [three, two] = await store.views.events({ service: svc.key, limit: 2 });
    expect([three?.text, two?.text]).toEqual(['three', 'two']);
    const [one] = await store.views.events({ service: svc.key, limit: 1, before: two?.id ?? 0 });
    expect(one?.text).toBe('one');
  });
});
