import { incidentOf, messageOf, type Notification } from '@lastgood/domain';
import { aRun, aTrigger, dayZero, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerDeployment } from './deployment/register.ts';
import { renewNotices } from './deployment/renew-notices.ts';

/* What every notification says of its incident, from the breach to the end, as the loops write it. */

const place = { notifier: 'all', to: null, notBefore: null, fallback: [] };
const query = 'errors{service="$SERVICE"}';
let engine: TestEngine;
beforeEach(() => begin());
// A query may name customers, and what a source answers may hold it.
afterEach(() => expect(JSON.stringify(engine.notifications())).not.toContain('errors{'));

async function begin(over?: Parameters<TestEngine['begin']>[0]) {
  engine = createTestEngine({ route: () => [place] });
  await engine.begin(over);
}

const told = (kind: Notification['kind']) => engine.notifications().filter((one) => one.kind === kind);
const facts = (kind: Notification['kind']) => told(kind).at(-1)?.facts;
const shown = (kind: Notification['kind']) => {
  const one = told(kind).at(-1);
  return Object.fromEntries((one ? messageOf(one, null).facts : []).map(({ name, value }) => [name, value]));
};

describe('a breach that is rolled back by itself', () => {
  it('is told with its trigger, both versions, what follows and how long it took', async () => {
    engine.answers(0.2);
    await engine.tick(9);
    engine.answers(0);
    await engine.work();
    expect(shown('rolling_back')).toMatchObject({
      Version: 'v2 → v1 (release 2 → 1)',
      Trigger: 'high_error_rate',
      Measured: '20 % (fires at > 5 %)',
      Since: expect.stringContaining('12:00:00 UTC'),
      Next: expect.stringMatching(
        /^It goes on by itself through \d steps\. You are told when it is verified/,
      ),
    });
    expect(facts('rolling_back')?.plan.length).toBeGreaterThan(1);
    const done = facts('rolled_back');
    expect(done).toMatchObject({
      from: { release: 2, version: 'v2', commit: 'abc' },
      to: { release: 1, version: 'v1' },
      plan: facts('rolling_back')?.plan,
      durationMs: expect.any(Number),
    });
    expect(done?.next?.text).toContain('Lastgood watches whether anybody puts it back');
    expect(done?.next?.at).toBeGreaterThan(dayZero + 30 * minute);
  });

  it('is written beside the release, in the same incident', async () => {
    await engine.commit({ newRuns: [aRun()] });
    await engine.work();
    const records = told('deployment_rolled_back');
    expect(records).toMatchObject([{ deploymentId: 'd2', runId: 'r1', facts: { from: { commit: 'abc' } } }]);
    const incident = [...told('rolling_back'), ...told('rolled_back'), ...records].map(incidentOf);
    expect(new Set(incident)).toEqual(new Set(['deployment/d2']));
  });
});

describe('who asked', () => {
  it('is told of a rollback that a person wants, which no trigger asked for', async () => {
    await engine.commit({ newRuns: [aRun({ requester: { kind: 'person', name: 'ada' } })] });
    await engine.work();
    expect(shown('rolling_back')).toMatchObject({ 'Asked for by': 'ada' });
    expect(shown('rolling_back')).not.toHaveProperty('Trigger');
  });

  it('one that stops waits for a person, and says how long it took', async () => {
    await engine.commit({ newRuns: [aRun()] });
    engine.rollout.cluster.at(webWorkload).paused = true;
    await engine.work();
    expect(shown('rollback_failed')).toMatchObject({
      Took: expect.stringMatching(/^\d+ s$/),
      Next: 'Nothing happens by itself: it waits for a person.',
    });
  });
});

describe('a suggestion', () => {
  const suggests = aTrigger({ severity: 'page_and_suggest' });

  it('waits for a person, whoever set the trigger so', async () => {
    await begin({ service: { triggers: [suggests], team: 'shop' } });
    engine.answers(0.2);
    await engine.tick(9);
    expect(facts('rollback_suggested')).toMatchObject({
      service: { name: 'web', environment: 'test', team: 'shop' },
      trigger: { value: 0.2, threshold: 0.05, unit: 'ratio', since: dayZero },
      next: null,
    });
  });

  it('that waits for nothing but evidence says until when, and what then', async () => {
    engine.answers(0.2, {
      kind: 'unreachable',
      reason: `bad_data: ${query} could not be parsed`,
    });
    await engine.tick(9);
    expect(facts('rollback_waits')?.next).toEqual({
      text: 'It waits for the evidence; unless that can be read before, a rollback is suggested.',
      at: dayZero + 2 * minute + 30_000,
    });
  });

  it('that only the cooldown made of a rollback says when it goes back by itself, and it does then', async () => {
    const before = aRun({ id: 'r0', status: 'stopped', createdAt: dayZero - minute, finishedAt: dayZero });
    await engine.commit({ newRuns: [before] });
    engine.answers(0.2);
    await engine.tick(9);
    const next = facts('rollback_suggested')?.next;
    expect(next).toEqual({
      text: 'If it still fires then and nothing else speaks against it, it rolls back by itself after the cooldown.',
      at: dayZero + 5 * minute,
    });
    await engine.tick(12);
    expect(engine.runs().map(({ run }) => run.createdAt)).toEqual([dayZero - minute, next?.at]);
  });
});

describe('records of a release', () => {
  const ports = () => ({ rollout: engine.rollout, workloads: engine.rollout.workloads });
  const deps = () => ({
    ...{ deployments: engine.store.deployments, ports: ports(), clock: engine.time.clock },
    ...{ newId: () => 'd3', deadlineMs: 1_000 },
  });
  const registration = {
    ...{ service: 'main/shop/web', idempotencyKey: null, version: 'v3', commit: 'c0ffee' },
    ...{ author: 'ada', pipelineUrl: null, images: {}, changes: [], contracts: { provides: {}, needs: {} } },
  };

  it('begin as it is registered, before it has a number', async () => {
    await registerDeployment(deps(), registration, engine.forever);
    expect(told('deployment_registered')).toMatchObject([
      {
        ...{ key: 'deployment/d3/deployment_registered', text: 'v3 was registered by ada.' },
        facts: { from: { release: null, version: 'v3', commit: 'c0ffee' }, versions: 'v3' },
      },
    ]);
  });

  it('tell once that it is verified', async () => {
    const over = { status: 'completed', completedAt: dayZero, watchEndsAt: dayZero + 30 * minute } as const;
    await begin({ deployment: over });
    await engine.watch(130);
    expect(told('deployment_verified').map(({ key }) => key)).toEqual(['deployment/d2/deployment_verified']);
  });

  it('tell that its watch ended without proof, and nothing of what the source answered', async () => {
    const over = { status: 'completed', completedAt: dayZero, watchEndsAt: dayZero + 30 * minute } as const;
    await begin({ deployment: over });
    engine.answers({ kind: 'unreachable', reason: `bad_data: ${query} could not be parsed` });
    await engine.watch(130);
    expect(engine.events('deployment.unproven')[0]?.text).toContain(query);
    expect(told('deployment_unproven')).toMatchObject([
      { text: expect.stringMatching(/fewer than 90 % \(could not be asked \(its page says why\)\)\.$/) },
    ]);
  });

  it('what was ready and is not any more is told once, and again only after it was ready in between', async () => {
    const own = (owner: unknown) =>
      Object.assign(engine.rollout.cluster.at(webWorkload), { owner: owner ?? { kind: 'nobody' } });
    const argo = { kind: 'git-controller', name: 'Argo CD', subject: 'application shop', evidence: 'x' };
    const renew = () => renewNotices(deps(), 'main/shop/web', engine.forever);
    const count = async (owner: unknown) => {
      own(owner);
      await renew();
      await engine.time.pass(minute);
      return told('readiness_lost').length;
    };
    expect(await count(null)).toBe(0);
    expect(await count(argo)).toBe(1);
    expect(await count({ ...argo, subject: 'application till' })).toBe(1);
    expect(await count(null)).toBe(1);
    // Whoever was told is told that it is back.
    const back = told('incident_over').filter(({ title }) => title.includes('completely again'));
    expect(back.map(({ urgency }) => urgency)).toEqual(['info']);
    expect(await count(argo)).toBe(2);
    expect(told('readiness_lost')[0]).toMatchObject({
      urgency: 'info',
      text: expect.stringContaining('Argo CD'),
      facts: { from: { release: 2 }, next: { at: null } },
    });
  });
});
