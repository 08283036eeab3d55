import { type Plan, type Step, type StepKind, stepContracts, type WorkloadChange } from '@lastgood/domain';
import { plannedStep } from '@lastgood/domain/rollback/planned-step';
import {
  createInMemoryStepWorld,
  type InMemoryStepWorld,
} from '@lastgood/testkit/fakes/in-memory-step-world';
import { stepCases } from '@lastgood/testkit/fakes/step-world/cases';
import { createRandom } from '@lastgood/testkit/random';
import { aPlan, aRun, minute } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { describe, expect, it } from 'vitest';
import type { EffectPorts } from './apply-step.ts';
import { createRunWorker } from './work.ts';

const ready = {
  ...{ name: 'ready', type: 'http' as const, url: 'http://web/ready', expectedStatus: 200 },
  ...{ passes: 1, timeoutMs: minute, everyMs: 1_000 },
};
const verify: Step = { kind: 'verify' };

function planOf(steps: readonly Step[]): Plan {
  const said = { target: 'release 1', expectedMs: null };
  return aPlan({ steps: steps.map((step) => plannedStep(step, { title: step.kind, ...said })) });
}

/** A run with a plan that is given, over a world of all families. */
async function open(steps: readonly Step[], ports: EffectPorts, status: number) {
  const engine = createTestEngine();
  engine.probe.answer(() => ({ kind: 'answered', status, tookMs: 1 }));
  await engine.begin({ service: { checks: [ready] } });
  await engine.commit({ newRuns: [aRun()] });
  const { store, metrics, probe, time } = engine;
  const worker = createRunWorker({
    ...{ runs: store.runs, deployments: store.deployments, ports, metrics, probe, clock: time.clock },
    ...{ replica: 'one', leaseMs: 2_000, prepare: async () => ({ kind: 'plan', plan: planOf(steps) }) },
  });
  return { engine, worker };
}

/** Works until the run is over; what is set going ends in between. */
async function work({ engine, worker }: Awaited<ReturnType<typeof open>>, world: InMemoryStepWorld) {
  for (let n = 0; n < 400 && engine.run('r1').run.finishedAt === null; n += 1) {
    while (await worker.work(engine.forever));
    world.settle();
    await engine.time.pass(500);
  }
}

const rowOf = ({ store }: TestEngine) => store.world.deployments.get('r1-rollback')?.deployment;
const holdsOf = ({ store }: TestEngine) => [...store.world.holds.values()];

/** What is recorded of a run made of these steps alone, and how the run ended. */
async function ends(kind: StepKind, also: readonly Step[], status: number) {
  const { world, step } = stepCases[kind](createRandom(7));
  const opened = await open([step, ...also], world.ports, status);
  await work(opened, world);
  const { engine } = opened;
  const row = rowOf(engine);
  return {
    ...{ run: engine.run('r1').run.status, row: row?.status, holds: holdsOf(engine).length },
    changes: row?.changes.map((change) => change.kind),
  };
}

const kindOfChange: Partial<Record<StepKind, string>> = {
  'set-template': 'workload',
  'set-weight': 'traffic',
  'switch-selector': 'traffic',
  'set-flag': 'flag',
  'migrate-to': 'migration',
  'apply-infrastructure': 'infrastructure',
  'ensure-commit-reverted': 'gitops',
};
const kinds = stepContracts.map(({ kind }) => kind);
const looking = stepContracts.flatMap(({ kind, looksOnly }) => (looksOnly ? [kind] : []));
const changing = kinds.filter((kind) => !looking.includes(kind));
const untouched = 'workload';

describe('a rollback is a deployment from its first change of the world on, whatever its plan is made of', () => {
  it.each(changing)('%s, verified', async (kind) => {
    const { changes, ...ended } = await ends(kind, [verify], 200);
    expect(ended).toEqual({ run: 'done', row: 'completed', holds: 1 });
    expect(changes).toEqual(expect.arrayContaining([kindOfChange[kind] ?? untouched]));
  });

  it.each(changing)('%s, alone', async (kind) =>
    expect(await ends(kind, [], 200)).toMatchObject({ run: 'done', row: 'completed', holds: 1 }),
  );

  it.each(changing)('%s, stopped after it', async (kind) =>
    expect(await ends(kind, [verify], 503)).toMatchObject({ run: 'stopped', row: 'failed', holds: 1 }),
  );

  it.each(looking)('%s only looks: no deployment and no hold', async (kind) => {
    expect(await ends(kind, [], 200)).toEqual({ run: 'done', holds: 0 });
    expect(await ends(kind, [verify], 503)).toEqual({ run: 'stopped', holds: 0 });
  });
});

describe('a change that is not seen through', () => {
  const flagOff: Step = {
    ...{ kind: 'set-flag', provider: 'p', project: 'shop', environment: 'production', flag: 'checkout' },
    ...{ from: true, to: false },
  };
  const schemaBack: Step = { kind: 'migrate-to', database: 'shop', from: '2', to: '1', acceptedLoss: [] };

  it('is recorded with the failure when it was sent in the very attempt that failed', async () => {
    const world = createInMemoryStepWorld();
    const flag = { value: true as boolean | string, version: 1, archived: false };
    world.state.flags.checkout = flag;
    const { setFlag } = world.ports.flags;
    const flags = {
      ...world.ports.flags,
      setFlag: {
        ...setFlag,
        async apply(...given: Parameters<typeof setFlag.apply>) {
          const result = await setFlag.apply(...given);
          world.state.flags.checkout = { value: 'third', version: 3, archived: false };
          return result;
        },
      },
    };
    const opened = await open([flagOff, verify], { ...world.ports, flags }, 200);
    await work(opened, world);
    expect(opened.engine.run('r1').run).toMatchObject({ status: 'stopped', stop: { ordinal: 0 } });
    expect(rowOf(opened.engine)).toMatchObject({ status: 'failed', release: 3 });
    expect(holdsOf(opened.engine)).toHaveLength(1);
  });

  const migrating = async () => {
    const world = createInMemoryStepWorld();
    const database = { head: '2', dirty: false, running: null, sessions: 0, sessionsHint: '', loss: {} };
    world.state.databases = { shop: database };
    return { world, opened: await open([schemaBack, verify], world.ports, 200) };
  };

  it('is recorded while it is at work', async () => {
    const { opened } = await migrating();
    while (await opened.worker.work(opened.engine.forever));
    expect(opened.engine.run('r1').steps[0]).toMatchObject({ status: 'waiting' });
    expect(rowOf(opened.engine)).toMatchObject({ status: 'in_progress', origin: 'rollback' });
  });

  it('is recorded when a process that is gone had sent it and could not say so', async () => {
    const { world, opened } = await migrating();
    const never = new AbortController().signal;
    const step = schemaBack as Extract<Step, { kind: 'migrate-to' }>;
    const operation = { key: 'r1/0', epoch: 0 };
    const before = await world.ports.migrations.migrateTo.observe(step, operation, never);
    if (before.kind !== 'seen') throw new Error(before.reason);
    await world.ports.migrations.migrateTo.apply(step, before.seen, operation, never);
    while (await opened.worker.work(opened.engine.forever));
    expect(opened.engine.run('r1').steps[0]).toMatchObject({
      status: 'waiting',
      note: expect.stringMatching(/^migrating/),
    });
    expect(world.accepted()).toBe(1);
    expect(rowOf(opened.engine)).toMatchObject({ status: 'in_progress' });
  });

  it('leaves no deployment when it was refused before anything was sent', async () => {
    const { world, opened } = await migrating();
    Object.assign(world.state.databases.shop ?? {}, { running: 'deploy-7' });
    await work(opened, world);
    expect(opened.engine.run('r1').run.status).toBe('stopped');
    expect(rowOf(opened.engine)).toBeUndefined();
    expect(holdsOf(opened.engine)).toEqual([]);
  });
});

it('keeps each workload that no step sets, so that it is watched and followed by what serves', async () => {
  const { world, step } = stepCases['set-flag'](createRandom(7));
  const opened = await open([step, verify], world.ports, 200);
  await work(opened, world);
  const workload = rowOf(opened.engine)?.changes.find(
    (one): one is WorkloadChange => one.kind === 'workload',
  );
  const left = opened.engine.deployment('d2').changes[0]?.after;
  expect(workload).toMatchObject({ target: { name: 'web' }, before: left, after: left });
});
