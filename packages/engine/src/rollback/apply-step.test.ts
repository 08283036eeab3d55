import { type Step, type StepKind, stepContracts } from '@lastgood/domain';
import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { aRun, aStep } from '@lastgood/testkit/scenario/builders';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { describe, expect, it } from 'vitest';
import { availableKinds } from './apply-step.ts';

const { rollout, workloads, ...families } = createInMemoryStepWorld().ports;

describe('the kinds of steps that can be done', () => {
  it('are all of them with every family configured', () =>
    expect([...availableKinds({ rollout, workloads, ...families })].sort()).toEqual(
      stepContracts.map(({ kind }) => kind).sort(),
    ));

  it('are those of the cluster and the engine with none', () =>
    expect([...availableKinds({ rollout, workloads })].sort()).toEqual([
      'compare-copies',
      'ensure-replicas',
      'give-back-ownership',
      'notify',
      'rehearse-template',
      'set-template',
      'verify',
      'wait-until-stable',
    ]));

  it.each<[keyof typeof families, StepKind[]]>([
    ['traffic', ['hold-stage', 'reach-stage', 'set-weight', 'switch-selector']],
    ['flags', ['set-flag']],
    ['migrations', ['migrate-to', 'run-fix-up']],
    ['writers', ['start-writers', 'stop-writers']],
    ['infrastructure', ['apply-infrastructure']],
    ['git', ['ensure-commit-reverted']],
    ['applications', []],
    ['registries', ['restore-image']],
  ])('%s brings %j', (family, kinds) => {
    const without = availableKinds({ rollout, workloads });
    const more = [...availableKinds({ rollout, workloads, [family]: families[family] })];
    expect(more.filter((kind) => !without.has(kind)).sort()).toEqual(kinds);
  });
});

it('an application is followed with what reads it and what knows its commits', () => {
  const { git, applications } = families;
  const kinds = availableKinds({ rollout, workloads, git, applications });
  expect(kinds).toContain('wait-for-sync');
});

describe('a run at a step of its own kind', () => {
  const openAt = async (step: Parameters<typeof at>[1]) => {
    const engine = createTestEngine();
    await engine.begin();
    await engine.commit({ newRuns: [aRun()] });
    await at(engine, step);
    return engine;
  };
  /** The run has this one plan already. */
  async function at(engine: ReturnType<typeof createTestEngine>, step: Parameters<typeof aStep>[0]) {
    const row = engine.run('r1');
    const release = { deploymentId: 'd1', release: 1, version: null, proof: 'verified' as const };
    const one = aStep(step);
    const plan = {
      service: row.run.service,
      strategy: 'rolling',
      from: release,
      target: release,
      steps: [one.planned],
      warnings: [],
    };
    engine.store.world.runs.set('r1', {
      ...row,
      run: { ...row.run, status: 'running', plan, startedAt: engine.time.now() },
      steps: [one],
    });
  }
  const planned = aStep().planned;

  it('that nothing here can do fails with the reason, and nothing is said to be applied', async () => {
    const step: Step = { kind: 'migrate-to', database: 'shop', from: '2', to: '1', acceptedLoss: [] };
    const engine = await openAt({ planned: { ...planned, step } });
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({
      status: 'stopped',
      stop: { ordinal: 0, reason: 'Nothing that can do the step migrate-to is configured here.' },
    });
    expect(engine.run('r1').steps[0]?.status).toBe('failed');
  });

  it('that tells people queues one message in the transaction that records it', async () => {
    const step = { kind: 'notify', urgency: 'page', title: 'Writers stop', text: 'For a minute.' } as const;
    const engine = await openAt({ planned: { ...planned, step } });
    await engine.work();
    expect(engine.notifications().filter(({ kind }) => kind === 'rollback_notice')).toMatchObject([
      { key: 'run/r1/rollback_notice/0', urgency: 'page', title: 'Writers stop', text: 'For a minute.' },
    ]);
  });
});
