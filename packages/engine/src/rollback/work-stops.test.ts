import { judgeCommand } from '@lastgood/domain';
import { aBaseline, dayZero, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRun, type QueuedRun } from './run-harness.ts';

let engine: QueuedRun;
const open = async (...options: Parameters<typeof openRun>) => {
  engine = await openRun(...options);
};
beforeEach(() => open());

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
    expect(engine.said().filter((type) => type === 'rollback.step-waiting')).toHaveLength(2);
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
      reason: 'Not finished within 5 min; last seen: unexpected: out of sockets',
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
  const digestOf = (version: string) =>
    aBaseline().changes.flatMap((change) =>
      change.kind === 'workload' && change.after?.images.app === imageOf(version)
        ? [change.after.imageDigests.app]
        : [],
    )[0];

  const refuse = () => {
    engine.cluster.at(webWorkload).paused = true;
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
        text: expect.stringContaining('Resume it (as its cluster says), then'),
      },
    ]);
    expect(engine.deployment('d2').status).toBe('in_progress');
  });

  it('at a failing step, with the steps done, and goes on from there when resumed', async () => {
    await open({ settles: 'by-hand' });
    await engine.work(3_000);
    engine.cluster.deploy(webWorkload, { app: imageOf('v3') }, { hold: true });
    await engine.work();
    expect(engine.statuses()).toEqual(['applied', 'applied', 'failed', 'pending']);
    expect(engine.run('r1').run.stop).toMatchObject({
      ordinal: 2,
      reason: 'somebody has put another version in place of the target',
      endState: expect.stringMatching(
        /^2 of 4 steps are done\. Deployment web is set to neither v2 \(release 2\) nor v1 \(release 1\): app .*web:v3/,
      ),
    });
    expect(engine.deployment('r1-rollback').status).toBe('failed');
    engine.cluster.deploy(webWorkload, { app: `${imageOf('v1')}@${digestOf('v1')}` });
    expect((await engine.resume()).kind).toBe('done');
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', stop: null, verdict: 'passed' });
    expect(engine.rollout.effects()).toHaveLength(1);
    expect(engine.deployment('r1-rollback').status).toBe('completed');
    expect(engine.runs()).toHaveLength(1);
  });

  it('pages anew for a second stop', async () => {
    refuse();
    await engine.work();
    await engine.resume();
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
    await engine.resume();
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
  });

  it('pages again when the same step fails again, however its start was committed', async () => {
    await open({ settles: 'by-hand' });
    await engine.work(3_000);
    engine.cluster.deploy(webWorkload, { app: imageOf('v3') }, { hold: true });
    await engine.work();
    await engine.resume();
    await engine.work();
    const kinds = engine.notifications().map(({ kind }) => kind);
    const [began, stopped] = ['rolling_back', 'rollback_failed'];
    expect(kinds).toEqual([began, stopped, began, stopped]);
    expect(engine.notifications()[2]).toMatchObject({
      title: 'The rollback of web goes on: v2 → v1 (release 2 → 1).',
      text: expect.stringContaining('a person had it go on'),
      facts: { next: { text: expect.stringContaining('through 2 steps') } },
    });
    const pages = engine.notifications().filter(({ urgency }) => urgency === 'page');
    expect(new Set(pages.map(({ key }) => key)).size).toBe(2);
  });

  it.each([86_400_000, 1e23, Number.NaN])(
    'asks an outside again within a minute though it asks to wait %d ms, and goes on',
    async (afterMs) => {
      engine.rollout.failNext('setTemplate', { kind: 'too-many-requests', afterMs });
      await engine.work(90_000);
      expect(engine.run('r1').steps[1]).toMatchObject({ status: 'applied', attempts: 2 });
    },
  );

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
      reason: expect.stringMatching(/^Nobody could begin it for 20 min/),
    });
    expect(engine.rollout.effects()).toEqual([]);
    await engine.resume();
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
  });
});
