import { evidenceOf, initialTriggerState, neverCame } from '@lastgood/domain';
import {
  aDeployment,
  aService,
  aTrigger,
  imageOf,
  minute,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRun, type QueuedRun } from './run-harness.ts';

let engine: QueuedRun;

const fired = evidenceOf({
  trigger: aTrigger(),
  state: { ...initialTriggerState, phase: 'firing', everFired: true, lastSlot: 0, lastBreachSlot: 0 },
});

const register = (version: string) => {
  const startedAt = engine.time.now();
  const target = { kind: 'Deployment', name: 'web' } as const;
  const { snapshot } = engine.cluster.observe(engine.cluster.at(webWorkload), startedAt);
  return engine.commit({
    newDeployments: [
      aDeployment({
        ...{ id: 'd4', version, startedAt, previousDeploymentId: 'd2' },
        registeredImages: { app: imageOf(version) },
        changes: [{ kind: 'workload', target, before: snapshot, after: null }],
      }),
    ],
  });
};
const deploys = (version: string) => engine.cluster.deploy(webWorkload, { app: imageOf(version) });
const neverComes = () => {
  const at = engine.time.now();
  const never = neverCame(engine.deployment('d4'), aService(), at);
  return engine.commit({
    deployments: [{ id: 'd4', status: 'failed', watchClosedAt: at, proof: 'unproven' }],
    ...(never && { neverCame: [never] }),
  });
};
const told = () => engine.notifications().at(-1);

/** Until the target was seen to serve, while what had fired is still asked. */
async function served(): Promise<void> {
  engine.metrics.setLookBack(2 * minute);
  engine.answers(0);
  const hasPassed = () =>
    engine.run('r1').checks.some(({ type, verdict }) => type === 'kubernetes' && verdict === 'passed');
  for (let beat = 0; beat < 60 && !hasPassed(); beat += 1) await engine.work(1_000);
  expect(engine.run('r1').run.status).toBe('running');
}

describe('a rollback that something newer overtakes while it is verified', () => {
  beforeEach(async () => {
    engine = await openRun({ run: { evidence: [fired] } });
    await served();
  });

  it('is not verified by what measures the newer one, and who was told hears why', async () => {
    await register('v3');
    deploys('v3');
    await engine.work();
    const { run } = engine.run('r1');
    expect(run).toMatchObject({ status: 'stopped', verdict: null });
    expect(run.stop?.reason).toBe(
      'v3 (release 4) was registered before the rollback was verified: what is measured from then on may be of that one.',
    );
    expect(run.stop?.endState).toMatch(/web:v3.*v3 \(release 4\) was registered at \d\d:\d\d UTC\./);
    expect(engine.said()).not.toContain('rollback.passed');
    expect(engine.deployment('d2').status).not.toBe('rolled_back');
    expect(told()).toMatchObject({
      ...{ kind: 'rollback_failed', urgency: 'info' },
      title: expect.stringContaining('stopped: v3 (release 4) was registered before'),
    });
  });

  it('is not said to have failed, where the newer one is as bad', async () => {
    await register('v3');
    deploys('v3');
    engine.answers(0.5);
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'stopped', verdict: null });
  });

  it('is not verified where a newer one is registered only', async () => {
    await register('v3');
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({
      ...{ status: 'stopped', verdict: null },
      stop: { endState: expect.stringContaining('The service runs v1 (release 1)') },
    });
  });

  it('is verified where a newer one was registered, and failed before anything of it was there', async () => {
    await register('v3');
    await neverComes();
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', verdict: 'passed' });
    const { id } = (await engine.store.deployments.followed())[0]?.latest ?? {};
    expect(engine.deployment(id ?? '')).toMatchObject({
      ...{ origin: 'rollback', status: 'completed', proof: 'pending' },
      ...{ supersededBy: null, watchClosedAt: null },
    });
  });

  it('goes on where it had stopped for one that never came, and what it sets is to be proven as ever', async () => {
    await register('v3');
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'stopped' });
    await neverComes();
    expect(engine.deployment('r1-rollback')).toMatchObject({ status: 'failed', supersededBy: null });
    expect(await engine.resume()).toEqual({ kind: 'done' });
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', verdict: 'passed' });
    expect(engine.deployment('r1-rollback')).toMatchObject({ status: 'completed', proof: 'pending' });
  });

  it('is not verified where something else serves that nobody registered', async () => {
    deploys('v3');
    await engine.work();
    const { run } = engine.run('r1');
    expect(run).toMatchObject({ status: 'stopped', verdict: 'failed' });
    expect(run.stop?.reason).toContain('another template than the target');
    expect(told()).toMatchObject({ kind: 'rollback_failed', urgency: 'page' });
  });

  it('is verified though what it takes back was seen once more, as one that nobody registered', async () => {
    const { changes, version } = engine.deployment('d2');
    const seenAgain = { id: 'd4', origin: 'detected', previousDeploymentId: 'd2', version, changes } as const;
    await engine.commit({ newDeployments: [aDeployment({ ...seenAgain, startedAt: engine.time.now() })] });
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', verdict: 'passed' });
  });

  it('waits for its pods where they were lost meanwhile, and is verified by them', async () => {
    const web = engine.cluster.at(webWorkload);
    const { read } = engine.rollout;
    const until = engine.time.now() + 150_000;
    engine.rollout.read = async (...given) => {
      const seen = await read(...given);
      if (seen.kind !== 'found' || engine.time.now() > until) return seen;
      const progress = { ...seen.observation.progress, complete: false, available: 0 };
      return { ...seen, observation: { ...seen.observation, progress } };
    };
    expect(web.replicas).toBeGreaterThan(0);
    await engine.work();
    const { run } = engine.run('r1');
    expect(run).toMatchObject({ status: 'done', verdict: 'passed' });
    expect(run.finishedAt).toBeGreaterThan(until);
  });

  it('is not verified by what was seen before its worker ended, right before it said so', async () => {
    const { runs } = engine.store;
    const dying = engine.createWorker('dying', {
      ...runs,
      commit: async (lease, commit) => commit.run?.status !== 'done' && runs.commit(lease, commit),
    });
    await engine.work(3 * minute, dying);
    expect(engine.run('r1')).toMatchObject({ run: { status: 'running' } });
    expect(engine.statuses().every((status) => status === 'applied')).toBe(true);
    deploys('v3');
    await engine.time.pass(minute);
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({
      ...{ status: 'stopped', verdict: null },
      stop: {
        reason: expect.stringMatching(/^It had passed its checks, but web serves release 1: .*another/),
      },
    });
  });
});

it('is not verified where a newer one was registered before its first change, whose own release is the newest', async () => {
  engine = await openRun({ run: { evidence: [fired] } });
  await register('v3');
  engine.answers(0);
  await engine.work();
  expect(engine.run('r1').run).toMatchObject({
    ...{ status: 'stopped', verdict: null },
    stop: { reason: expect.stringMatching(/^v3 \(release 3\) was registered before/) },
  });
});
