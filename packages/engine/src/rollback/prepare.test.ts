import type { Change, Way } from '@lastgood/domain';
import { rolling } from '@lastgood/domain/rollback/ways/rolling/rolling';
import {
  createInMemoryStepWorld,
  type InMemoryStepWorld,
} from '@lastgood/testkit/fakes/in-memory-step-world';
import { aDeployment, aRun } from '@lastgood/testkit/scenario/builders';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { describe, expect, it } from 'vitest';
import type { EffectPorts } from './apply-step.ts';
import { prepareRun } from './prepare.ts';
import { previewRollback } from './preview.ts';

const ask = { provider: 'unleash', project: 'shop', environment: 'test', flag: 'checkout' };

/** Takes a flag back; the flag is asked for first. */
const flags: Way<'flag'> = {
  name: 'flags',
  takesBack: ({ deployment }) => deployment.changes.filter(({ kind }) => kind === 'flag'),
  needs: () => [{ kind: 'flag', ask }],
  plan: (_context, [fact]) => ({
    kind: 'steps',
    warnings: [],
    steps:
      fact?.answer.kind === 'seen'
        ? [
            {
              phase: 'flags',
              step: { kind: 'set-flag', ...ask, from: fact.answer.seen.value, to: false },
              title: 'Flag off',
            },
          ]
        : [],
  }),
};
const fixUp = {
  kind: 'run-fix-up',
  database: 'shop',
  name: 'totals',
  digest: 'sha256:a',
  occasion: 'd2',
} as const;

/** Also mends data, which needs to be told of nothing. */
const mending: Way = {
  name: 'mending',
  takesBack: () => [],
  needs: () => [],
  plan: () => ({
    kind: 'steps',
    warnings: [],
    steps: [{ phase: 'fix-up', step: fixUp, title: 'Mend the data' }],
  }),
};
const checkout: Change = { kind: 'flag', target: { flag: 'checkout' }, before: false, after: true };

/** What the button shows and what the run makes of it, with the same ports. */
async function bothAnswers(
  given: (world: InMemoryStepWorld) => Omit<Partial<EffectPorts>, 'rollout' | 'workloads'>,
  ways: readonly Way[] = [rolling, flags],
) {
  const engine = createTestEngine();
  await engine.begin({ deployment: { changes: [...aDeployment().changes, checkout] } });
  const world = createInMemoryStepWorld();
  world.state.flags.checkout = { value: true, version: 1, archived: false };
  const ports = { rollout: engine.rollout, workloads: engine.workloads, ...given(world) };
  const deps = { deployments: engine.store.deployments, ports, clock: engine.time.clock };
  const preview = await previewRollback(deps, {
    ...{ deploymentId: 'd2', targetId: null, evidence: null, signal: engine.forever, ways },
  });
  if (preview.kind !== 'planned') throw new Error(preview.what);
  await engine.commit({ newRuns: [aRun()] });
  const worker = engine.createWorker('one', engine.store.runs, engine.time.clock, (_deps, context, signal) =>
    prepareRun(deps, context, signal, ways),
  );
  await worker.work(engine.forever);
  return { preview: preview.result, run: engine.run('r1').run };
}

describe('the preview and the run', () => {
  it('make the same plan of what is configured', async () => {
    const { preview, run } = await bothAnswers(({ ports }) => ({ flags: ports.flags }));
    if (preview.kind !== 'plan') throw new Error(JSON.stringify(preview.refusals));
    expect(preview.plan.steps.map(({ step }) => step.kind)).toEqual([
      'set-flag',
      'rehearse-template',
      'set-template',
      'wait-until-stable',
      'verify',
    ]);
    expect(run.plan).toEqual(preview.plan);
  });

  it('refuse alike what cannot be read with what is configured', async () => {
    const { preview, run } = await bothAnswers(() => ({}));
    if (preview.kind !== 'refused') throw new Error('it is planned');
    expect(preview.refusals).toMatchObject([
      { code: 'strategy-unavailable', reason: expect.stringContaining('Flag checkout in test') },
    ]);
    expect(run.stop?.refusals).toEqual(preview.refusals);
  });

  it('refuse alike what cannot be done with what is configured', async () => {
    const ways = [rolling, flags, mending];
    const { preview, run } = await bothAnswers(({ ports }) => ({ flags: ports.flags }), ways);
    if (preview.kind !== 'refused') throw new Error('it is planned');
    expect(preview.refusals[0]).toMatchObject({
      code: 'strategy-unavailable',
      reason: expect.stringContaining('run-fix-up'),
    });
    expect(run.stop?.refusals).toEqual(preview.refusals);
  });

  it('differ only in that a run asks a provider that does not answer again before it gives up', async () => {
    const { preview, run } = await bothAnswers((world) => {
      world.receivers.unreachableFor = 2;
      return { flags: world.ports.flags };
    });
    expect(preview).toMatchObject({ refusals: [{ code: 'source-unreachable' }] });
    expect(run).toMatchObject({ status: 'running', plan: null });
  });
});
