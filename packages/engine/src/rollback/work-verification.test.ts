import { evidenceOf, initialTriggerState, type JudgedTrigger } from '@lastgood/domain';
import {
  aBaseline,
  aService,
  aTrigger,
  dayZero,
  minute,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRun, type QueuedRun } from './run-harness.ts';

let engine: QueuedRun;
const open = async (...options: Parameters<typeof openRun>) => {
  engine = await openRun(...options);
};
beforeEach(() => open());

describe('verification', () => {
  const check = {
    name: 'errors',
    type: 'prometheus',
    query: 'errors',
    comparator: '<=',
    expected: 0.01,
    passes: 2,
    timeoutMs: minute,
    everyMs: 5_000,
  } as const;
  beforeEach(() => open({ begun: { service: { checks: [check] } } }));

  it('failed: loud, not rolled back, and named with expected and actual', async () => {
    engine.answers(0.5);
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({
      status: 'stopped',
      verdict: 'failed',
      stop: { ordinal: 3, reason: 'Verification failed: errors: expected <= 0.01, got 0.5.' },
    });
    expect(engine.deployment('d2').status).not.toBe('rolled_back');
    expect(engine.notifications().at(-1)).toMatchObject({
      urgency: 'page',
      text: expect.stringContaining('nothing further back is known to be good'),
    });
  });

  it('could not ask is not failed, and not passed', async () => {
    engine.metrics.setDown('refused');
    await engine.work();
    expect(engine.run('r1').run.stop?.reason).toBe('Could not be verified: errors: could not ask: refused.');
    expect(engine.run('r1').checks.map(({ verdict }) => verdict)).toEqual(['passed', 'could_not_ask']);
  });

  it('starts anew when resumed', async () => {
    engine.metrics.setDown('refused');
    await engine.work();
    engine.metrics.setDown(null);
    await engine.resume();
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
    expect(engine.run('r1').checks.every(({ verdict }) => verdict === 'passed')).toBe(true);
  });

  it('gives what ran while Lastgood was away that much longer, and says so', async () => {
    engine.answers(0.5);
    await engine.work(20_000);
    const before = engine.run('r1').checks.find(({ name }) => name === 'errors');
    expect(before).toMatchObject({ verdict: 'pending', attempts: expect.any(Number) });
    await engine.time.pass(3 * minute);
    engine.answers(0);
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', verdict: 'passed' });
    const [said] = engine.events().filter(({ type }) => type === 'rollback.lastgood-away');
    expect(said?.text).toMatch(
      /^Lastgood was away (2 min \d+ s|3 min( \d+ s)?)\. What was in progress is given that much longer\.$/,
    );
    expect(engine.run('r1').run.awayMs).toBeGreaterThan(2 * minute);
    const after = engine.run('r1').checks.find(({ name }) => name === 'errors');
    expect(after?.deadlineAt).toBe((before?.deadlineAt ?? 0) + (engine.run('r1').run.awayMs ?? 0));
  });

  it('passes when it gets better within its time', async () => {
    let asked = 0;
    engine.metrics.answer(() => {
      asked += 1;
      return { kind: 'value', value: asked < 4 ? 0.5 : 0 };
    });
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
    expect(asked).toBe(5);
  });
});

/** As a trigger stood when somebody asked for the rollback. */
const fired = (trigger = aTrigger()): JudgedTrigger => ({
  trigger,
  state: { ...initialTriggerState, phase: 'firing', everFired: true, lastSlot: 0, lastBreachSlot: 0 },
});
const clicked = (trigger = aTrigger()) => ({ run: { evidence: [evidenceOf(fired(trigger))] } });
const verdicts = () => engine.run('r1').checks.map(({ name, verdict }) => [name, verdict]);

describe('what had fired', () => {
  it('is asked again by an automatic rollback: a target that breaches it too is not verified', async () => {
    const automatic = createTestEngine();
    await automatic.begin();
    automatic.answers(0.2);
    await automatic.tick(9);
    await automatic.work();
    const [row] = automatic.runs();
    expect(row?.run).toMatchObject({
      status: 'stopped',
      verdict: 'failed',
      stop: {
        reason: 'Verification failed: trigger high_error_rate: expected not > 5 %, got 20 %.',
        advice: expect.stringContaining('nothing further back is known to be good'),
      },
    });
    expect(automatic.deployment('d2').status).not.toBe('rolled_back');
  });

  it('with a good release further back, that one is offered when the target breaches too', async () => {
    const automatic = createTestEngine();
    const older = { version: 'v0', proof: 'verified', startedAt: dayZero - 120 * minute } as const;
    await automatic.store.services.apply(aService(), 'test', dayZero);
    await automatic.commit({ newDeployments: [aBaseline({ ...older, id: 'd0' })] });
    await automatic.begin();
    automatic.answers(0.2);
    await automatic.tick(9);
    await automatic.work();
    const { run } = automatic.runs()[0] ?? {};
    const further = 'go further back, to v0 (release 1), verified;';
    expect(run).toMatchObject({ status: 'stopped', verdict: 'failed' });
    expect(run?.stop?.advice).toContain(further);
    expect(automatic.notifications().at(-1)).toMatchObject({
      urgency: 'page',
      text: expect.stringContaining(further),
    });
  });

  it('over the last hour is waited for: a healthy target passes once the hour is its own', async () => {
    await open(clicked());
    engine.answers(0.2);
    engine.metrics.setLookBack(60 * minute);
    const began = engine.time.now();
    engine.metrics.answer((_question, at) => ({ kind: 'value', value: at - began < 50 * minute ? 0.2 : 0 }));
    await engine.work();
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', verdict: 'passed' });
  });

  it('over longer than a verification may take proves nothing, and fails nothing', async () => {
    await open(clicked());
    engine.answers(0);
    engine.metrics.setLookBack(24 * 60 * minute);
    for (let hour = 0; hour < 3; hour += 1) {
      await engine.work();
      await engine.time.pass(60 * minute);
    }
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({
      ...{ status: 'stopped', verdict: null },
      stop: { reason: expect.stringMatching(/^Not finished within 2 h(?: \d min)?;/) },
    });
  });

  it('is asked again by a rollback that a person asks for', async () => {
    await open(clicked());
    engine.answers(0.2);
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'stopped', verdict: 'failed' });
    expect(verdicts()).toEqual([
      ['web serves release 1', 'passed'],
      ['trigger high_error_rate', 'failed'],
    ]);
  });

  it('may recover: a target that is healthy after a while is verified', async () => {
    await open(clicked());
    engine.metrics.answer((_question, at) => ({ kind: 'value', value: at < dayZero + minute ? 0.2 : 0.01 }));
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', verdict: 'passed' });
  });

  it('is not said to be over by what was measured before the change', async () => {
    await open(clicked());
    engine.answers(0.01);
    engine.metrics.setLookBack(2 * minute);
    await engine.work();
    const { run, steps } = engine.run('r1');
    const stableAt = steps.find(({ planned }) => planned.step.kind === 'wait-until-stable')?.finishedAt ?? 0;
    expect(run.status).toBe('done');
    expect((run.finishedAt ?? 0) - stableAt).toBeGreaterThanOrEqual(2 * minute);
  });

  it('that the source does not tell is not over: not verified, and not failed either', async () => {
    await open(clicked());
    engine.metrics.answer(() => ({ kind: 'no-data' }));
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({
      status: 'stopped',
      verdict: null,
      stop: { reason: 'Could not be verified: trigger high_error_rate: no data.' },
    });
  });

  it('is asked as it was declared when the rollback was decided on, whatever becomes of it since', async () => {
    await open(clicked());
    await engine.store.services.apply(aService({ triggers: [] }), 'ada', engine.time.now());
    engine.answers(0.2);
    await engine.work();
    expect(engine.run('r1').run.verdict).toBe('failed');
    expect(engine.metrics.asked.at(-1)?.question.template).toBe(aTrigger().query);
  });

  it('is asked of the pods of the target as they bear their hash now', async () => {
    const trigger = aTrigger({ query: 'restarts{pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}' });
    await open(clicked(trigger));
    const changes = aBaseline().changes.map((change) =>
      change.kind === 'workload' && change.after
        ? { ...change, after: { ...change.after, podTemplateHash: 'as-it-was-recorded' } }
        : change,
    );
    await engine.commit({ deployments: [{ id: 'd1', changes }] });
    engine.answers(0);
    await engine.work();
    const { podTemplateHash } = engine.cluster.observe(engine.cluster.at(webWorkload), 0).snapshot;
    expect(engine.metrics.asked.at(-1)?.question.variables.POD_TEMPLATE_HASH).toBe(podTemplateHash);
  });
});

describe('a workload at zero replicas', () => {
  beforeEach(async () => {
    await open();
    engine.cluster.at(webWorkload).replicas = 0;
    await engine.work();
  });

  it('is set back and not called rolled back: nothing serves, so nothing is proven', () => {
    expect(engine.run('r1').run).toMatchObject({
      status: 'stopped',
      verdict: null,
      stop: {
        ordinal: 3,
        reason:
          'The change is made, but nothing proves it: web serves release 1: nothing serves: it is scaled to zero replicas.',
        advice: 'Scale it up, then resume: it is verified then.',
      },
    });
    expect(engine.deployment('d2').status).not.toBe('rolled_back');
    expect(engine.said()).not.toContain('rollback.passed');
    expect(engine.run('r1').run.plan?.warnings).toContain(
      'Deployment web is scaled to zero replicas: going back will prove nothing.',
    );
  });

  it('is verified when it was scaled up and the run resumed', async () => {
    engine.cluster.at(webWorkload).replicas = 2;
    await engine.resume();
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', verdict: 'passed' });
  });
});
