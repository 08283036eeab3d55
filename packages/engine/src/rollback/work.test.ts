import { judgeCommand, type RunStore } from '@lastgood/domain';
import {
  aBaseline,
  aDeployment,
  aRun,
  dayZero,
  imageOf,
  minute,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';

let engine: TestEngine;
const open = async (options: Parameters<typeof createTestEngine>[0] = {}) => {
  engine = createTestEngine(options);
  await engine.begin();
  await engine.commit({ newRuns: [aRun()] });
};
beforeEach(() => open());

const statuses = () => engine.run('r1').steps.map((step) => step.status);
const said = () =>
  engine
    .events()
    .filter((event) => event.runId === 'r1')
    .map((event) => event.type);
const cluster = () => engine.rollout.cluster;
const resume = () =>
  engine.store.commands.command(
    'r1',
    judgeCommand({ command: 'resume' }, { by: 'ada', at: engine.time.now() }),
  );

describe('a run that goes well', () => {
  it('takes the service back, verifies, and only then calls the deployment rolled back', async () => {
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', verdict: 'passed', stop: null });
    expect(statuses()).toEqual(['applied', 'applied', 'applied', 'applied']);
    expect(engine.image()).toBe(
      `${imageOf('v1')}@${cluster().observe(cluster().at(webWorkload), 0).snapshot.imageDigests.app}`,
    );
    expect(engine.rollout.effects()).toMatchObject([{ kind: 'set-template', operation: 'r1/1' }]);
    expect(engine.deployment('d2')).toMatchObject({ status: 'rolled_back', proof: 'unproven' });
    expect(engine.deployment('r1-rollback')).toMatchObject({
      status: 'completed',
      origin: 'rollback',
      release: 3,
      watchEndsAt: expect.any(Number),
    });
    expect([...engine.store.world.holds.values()]).toMatchObject([{ images: [imageOf('v2')] }]);
  });

  it('tells the whole story in order', async () => {
    await engine.work();
    expect(said()).toEqual([
      'rollback.planned',
      'rollback.step-started',
      'rollback.step-applied',
      'rollback.step-started',
      'rollback.step-applied',
      'rollback.step-started',
      'rollback.step-applied',
      'rollback.step-started',
      'rollback.step-waiting',
      'rollback.check-passed',
      'rollback.step-applied',
      'rollback.passed',
      'deployment.rolled-back',
    ]);
    expect(engine.notifications().map(({ kind, urgency }) => [kind, urgency])).toEqual([
      ['rolling_back', 'info'],
      ['rolled_back', 'info'],
    ]);
  });

  it('waits without holding anything: the lease is given back until it is looked at again', async () => {
    await open({ settles: 'by-hand' });
    await engine.work(5_000);
    expect(statuses()).toEqual(['applied', 'applied', 'waiting', 'pending']);
    expect(engine.run('r1')).toMatchObject({ holder: null, leaseUntil: null });
    expect(engine.deployment('d2').status).toBe('in_progress');
    cluster().settle(webWorkload);
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
  });

  it('sends nothing when the target runs already', async () => {
    cluster().deploy(webWorkload, { app: imageOf('v1') });
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
    expect(engine.rollout.effects()).toEqual([]);
  });

  it('is not begun before its instant', async () => {
    engine = createTestEngine();
    await engine.begin();
    await engine.commit({ newRuns: [aRun({ startsAt: dayZero + 3_000 })] });
    expect(await engine.worker.work(engine.forever)).toBe(false);
    expect(
      (
        await engine.store.commands.command(
          'r1',
          judgeCommand({ command: 'undo' }, { by: 'ada', at: dayZero }),
        )
      ).kind,
    ).toBe('done');
    await engine.time.pass(minute);
    expect(await engine.worker.work(engine.forever)).toBe(false);
    expect(engine.rollout.calls()).toEqual([]);
  });
});

describe('an outside that fails', () => {
  it.each([
    ['429', { kind: 'too-many-requests', afterMs: 2_000 }, 2],
    // What became of it is looked at in the same attempt.
    ['a lost reply', { kind: 'lost-reply' }, 1],
    ['a lost request', { kind: 'lost-request' }, 2],
    ['a dead API server', { kind: 'unreachable', reason: 'refused' }, 2],
  ] as const)('%s on the write: one effect, and the run is done', async (_words, fault, attempts) => {
    engine.rollout.failNext('setTemplate', fault);
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
    expect(engine.rollout.effects()).toHaveLength(1);
    expect(engine.run('r1').steps[1]?.attempts).toBe(attempts);
  });

  it('a cluster away at the plan delays it, said once', async () => {
    for (let n = 0; n < 4; n += 1)
      engine.rollout.failNext('read', { kind: 'unreachable', reason: 'refused' });
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
    expect(said().filter((type) => type === 'rollback.step-waiting')).toHaveLength(2);
    expect(engine.time.now() - dayZero).toBeGreaterThanOrEqual(20_000);
  });

  it('a cluster away for good stops it before anything was changed', async () => {
    engine.rollout.read = async () => ({ kind: 'unreachable', reason: 'refused' });
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({
      status: 'stopped',
      stop: { ordinal: null, endState: 'Nothing was changed.', refusals: [{ code: 'source-unreachable' }] },
    });
    expect(engine.time.now() - dayZero).toBeGreaterThanOrEqual(5 * minute);
  });

  it('an adapter that breaks is tried again until its step is over', async () => {
    engine.workloads.setTemplate.apply = async () => {
      throw new Error('out of sockets');
    };
    await engine.work();
    expect(engine.run('r1').run.stop).toMatchObject({
      ordinal: 1,
      reason: 'Not finished within 5:00; last seen: unexpected: out of sockets',
    });
  });

  it('an attempt that never answers is called off', async () => {
    let calls = 0;
    const { apply } = engine.workloads.setTemplate;
    engine.workloads.setTemplate.apply = (step, seen, operation, signal) => {
      calls += 1;
      if (calls > 1) return apply(step, seen, operation, signal);
      return new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'unknown', reason: String(signal.reason) })),
      );
    };
    const working = engine.worker.work(engine.forever);
    await engine.time.pass(16_000);
    expect(await working).toBe(true);
    expect(engine.run('r1').steps[1]).toMatchObject({
      status: 'waiting',
      note: expect.stringContaining('within 15 s'),
    });
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
  });
});

describe('a run that stops', () => {
  const refuse = () => {
    cluster().at(webWorkload).paused = true;
  };

  it('refused: nothing was changed, one page, and the next thing to do', async () => {
    refuse();
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({
      status: 'stopped',
      stop: { refusals: [{ code: 'workload-paused' }] },
    });
    expect(engine.rollout.effects()).toEqual([]);
    expect(engine.notifications()).toMatchObject([
      {
        kind: 'rollback_failed',
        urgency: 'page',
        text: expect.stringContaining('Resume it: kubectl rollout resume'),
      },
    ]);
    expect(engine.deployment('d2').status).toBe('in_progress');
  });

  it('at a failing step, with the steps done, and goes on from there when resumed', async () => {
    await open({ settles: 'by-hand' });
    await engine.work(3_000);
    cluster().deploy(webWorkload, { app: imageOf('v3') }, { hold: true });
    await engine.work();
    expect(statuses()).toEqual(['applied', 'applied', 'failed', 'pending']);
    expect(engine.run('r1').run.stop).toMatchObject({
      ordinal: 2,
      reason: 'somebody has put another version in place of the target',
      endState: expect.stringMatching(/^2 of 4 steps are done\. Deployment web is set to release 1/),
    });
    expect(engine.deployment('r1-rollback').status).toBe('failed');
    cluster().deploy(webWorkload, { app: `${imageOf('v1')}@${digestOf('v1')}` });
    expect((await resume()).kind).toBe('done');
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', stop: null, verdict: 'passed' });
    expect(engine.rollout.effects()).toHaveLength(1);
    expect(engine.deployment('r1-rollback').status).toBe('completed');
    expect(engine.runs()).toHaveLength(1);
  });

  it('pages anew for a second stop', async () => {
    refuse();
    await engine.work();
    await resume();
    await engine.time.pass(1_000);
    await engine.work();
    expect(engine.notifications().map(({ kind }) => kind)).toEqual(['rollback_failed', 'rollback_failed']);
  });

  it('commits a plan or an outcome together with the start of the next step, before its effect is sent', async () => {
    const commits: string[] = [];
    const { commit } = engine.store.runs;
    engine.store.runs.commit = (lease, changes) => {
      const rows = changes.steps ?? changes.newSteps?.filter(({ status }) => status !== 'pending') ?? [];
      const said = rows.map((step) => `${step.ordinal} ${step.status}`).join(', ');
      commits.push(changes.newSteps ? `plan: ${said}` : said);
      return commit(lease, changes);
    };
    const { apply } = engine.workloads.setTemplate;
    engine.workloads.setTemplate.apply = (...asked) => {
      commits.push('effect of 1');
      return apply(...asked);
    };
    await engine.work();
    expect(commits.slice(0, 4)).toEqual([
      'plan: 0 started',
      '0 applied, 1 started',
      'effect of 1',
      '1 applied, 2 started',
    ]);
  });

  it('goes on where a person stopped it, however long ago that was', async () => {
    const { apply } = engine.workloads.setTemplate;
    engine.workloads.setTemplate.apply = async (...asked) => {
      await engine.store.commands.command(
        'r1',
        judgeCommand({ command: 'stop', reason: null }, { by: 'ada', at: engine.time.now() }),
      );
      return apply(...asked);
    };
    await engine.worker.work(engine.forever);
    await engine.time.pass(1);
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'stopped', stop: { ordinal: 2 } });
    expect(engine.run('r1').steps[2]).toMatchObject({ status: 'pending', attempts: 0 });
    await engine.time.pass(5 * 60 * minute);
    await resume();
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
  });

  it('pages again when the same step fails again, however its start was committed', async () => {
    await open({ settles: 'by-hand' });
    await engine.work(3_000);
    cluster().deploy(webWorkload, { app: imageOf('v3') }, { hold: true });
    await engine.work();
    await resume();
    await engine.work();
    const pages = engine.notifications().filter(({ urgency }) => urgency === 'page');
    expect(new Set(pages.map(({ key }) => key)).size).toBe(2);
  });

  it('does not begin a step on a world that has moved on', async () => {
    engine.rollout.failNext('rehearseTemplate', { kind: 'too-many-requests', afterMs: minute });
    await engine.worker.work(engine.forever);
    await engine.store.commands.command(
      'r1',
      judgeCommand(
        { command: 'skip', ordinal: 0, reason: 'in a hurry' },
        { by: 'ada', at: engine.time.now() },
      ),
    );
    await engine.time.pass(20 * minute);
    await engine.work();
    expect(engine.run('r1').run.stop).toMatchObject({
      ordinal: 1,
      reason: expect.stringMatching(/^Nobody could begin it for 20:/),
    });
    expect(engine.rollout.effects()).toEqual([]);
    await resume();
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
  });
});

const digestOf = (version: string) =>
  aBaseline().changes.flatMap((change) =>
    change.kind === 'workload' && change.after?.images.app === imageOf(version)
      ? [change.after.imageDigests.app]
      : [],
  )[0];

describe('verification', () => {
  const check = {
    name: 'errors',
    type: 'prometheus',
    query: 'errors',
    comparator: '<=',
    expected: 0.01,
    onNoData: 'could_not_ask',
    passes: 2,
    timeoutMs: minute,
    everyMs: 5_000,
  } as const;
  beforeEach(async () => {
    engine = createTestEngine();
    await engine.begin({ service: { checks: [check] } });
    await engine.commit({ newRuns: [aRun()] });
  });

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
      text: expect.stringContaining('go further back'),
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
    await resume();
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
    expect(engine.run('r1').checks.every(({ verdict }) => verdict === 'passed')).toBe(true);
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

describe('takeover', () => {
  /** A store that loses the connection of whoever uses it: before or after the n-th commit. */
  function cutting(at: number, side: 'before' | 'after'): { runs: RunStore; commits: () => number } {
    let commits = 0;
    const { runs } = engine.store;
    return {
      commits: () => commits,
      runs: {
        ...runs,
        async commit(lease, changes) {
          commits += 1;
          if (commits === at && side === 'before') throw new Error('connection reset');
          const written = await runs.commit(lease, changes);
          if (commits === at) throw new Error('connection reset');
          return written;
        },
      },
    };
  }

  const boundaries = Array.from({ length: 8 }, (_, n) => n + 1).flatMap((at) => [
    { at, side: 'before' as const },
    { at, side: 'after' as const },
  ]);
  it.each(boundaries)('dies $side commit $at: another finishes it, once', async ({ at, side }) => {
    const cut = cutting(at, side);
    const first = engine.createWorker('first', cut.runs);
    const dead = new AbortController();
    const died = await engine
      .work(5 * minute, {
        executing: first.executing,
        work: (signal) => first.work(AbortSignal.any([signal, dead.signal])),
      })
      .then(() => false)
      .catch(() => true);
    dead.abort();
    expect(died).toBe(true);
    await engine.time.pass(2_001);
    await engine.work(10 * minute, engine.createWorker('second'));
    expect(engine.run('r1').run.status).toBe('done');
    expect(engine.rollout.effects()).toHaveLength(1);
    expect(said().filter((type) => type === 'rollback.passed')).toHaveLength(1);
    expect(engine.notifications().map(({ kind }) => kind)).toEqual(['rolling_back', 'rolled_back']);
    expect([...engine.store.world.deployments.keys()]).toEqual(['d1', 'd2', 'r1-rollback']);
    expect(statuses()).toEqual(['applied', 'applied', 'applied', 'applied']);
  });

  it('a lease lost in a step: nothing is written by whoever lost it, and it lets go', async () => {
    let finish = () => {};
    let called: AbortSignal | undefined;
    const { apply } = engine.workloads.setTemplate;
    engine.workloads.setTemplate.apply = async (step, seen, operation, signal) => {
      called ??= signal;
      if (called !== signal) return apply(step, seen, operation, signal);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return { kind: 'applied', note: 'so it says' };
    };
    const { renew } = engine.store.runs;
    const first = engine.createWorker('first', {
      ...engine.store.runs,
      renew: () => new Promise(() => {}),
    });
    const working = first.work(engine.forever);
    await engine.time.pass(1_300);
    expect(called?.aborted).toBe(false);
    await engine.time.pass(100);
    expect(called?.aborted).toBe(true);
    await engine.time.pass(1_000);
    engine.store.runs.renew = renew;
    await engine.work(5 * minute, engine.createWorker('second'));
    const before = structuredClone(engine.store.world.runs.get('r1'));
    finish();
    expect(await working).toBe(true);
    expect(engine.store.world.runs.get('r1')).toEqual(before);
    expect(first.executing()).toEqual([]);
    expect(said()).toContain('rollback.taken-over');
    expect(engine.rollout.effects()).toHaveLength(1);
  });

  it('a step of ten leases is called once', async () => {
    let calls = 0;
    const { apply } = engine.workloads.setTemplate;
    engine.workloads.setTemplate.apply = async (step, seen, operation, signal) => {
      calls += 1;
      await engine.time.clock.sleep(13_000, signal);
      return apply(step, seen, operation, signal);
    };
    const working = engine.createWorker('first').work(engine.forever);
    const other = engine.createWorker('second');
    for (let n = 0; n < 30; n += 1) {
      expect(await other.work(engine.forever)).toBe(false);
      await engine.time.pass(400);
    }
    await engine.time.pass(5_000);
    await working;
    expect(calls).toBe(1);
    expect(engine.run('r1').epoch).toBe(1);
  });

  it('a worker that thaws past its lease begins nothing, though no timer of its has fired yet', async () => {
    let thaw = () => {};
    const { runs } = engine.store;
    const frozen = { now: engine.time.now, sleep: () => new Promise<void>(() => {}) };
    const first = engine.createWorker(
      'first',
      {
        ...runs,
        async commit(lease, changes) {
          const written = await runs.commit(lease, changes);
          const starts = changes.steps?.some((step) => step.ordinal === 1 && step.status === 'started');
          // The reply of *started* lies in the socket while the process is frozen.
          if (starts)
            await new Promise<void>((resolve) => {
              thaw = resolve;
            });
          return written;
        },
      },
      frozen,
    );
    const working = first.work(engine.forever);
    await engine.time.pass(2_100);
    await engine.work(5 * minute, engine.createWorker('second'));
    const calls = engine.rollout.calls().length;
    thaw();
    expect(await working).toBe(true);
    expect(engine.rollout.calls()).toHaveLength(calls);
    expect(engine.rollout.effects()).toHaveLength(1);
  });
});

describe('a newer deployment', () => {
  it('that replaced the bad version before the run got there is left alone', async () => {
    cluster().deploy(webWorkload, { app: imageOf('v3') });
    await engine.commit({ newDeployments: [aDeployment({ id: 'd3' })] });
    await engine.work();
    expect(engine.run('r1').run.stop?.refusals).toMatchObject([{ code: 'third-version' }]);
    expect(engine.image()).toBe(imageOf('v3'));
  });
});
