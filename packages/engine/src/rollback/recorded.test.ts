import {
  followService,
  type Plan,
  type Step,
  type StepEffect,
  type StepKind,
  stepContracts,
  type WorkloadChange,
} from '@lastgood/domain';
import { plannedStep } from '@lastgood/domain/rollback/planned-step';
import {
  createInMemoryStepWorld,
  type InMemoryStepWorld,
} from '@lastgood/testkit/fakes/in-memory-step-world';
import { stepCases } from '@lastgood/testkit/fakes/step-world/cases';
import { createRandom } from '@lastgood/testkit/random';
import {
  anObserved,
  aPlan,
  aRun,
  aSnapshot,
  imageOf,
  minute,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
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
  engine.probe.answer(() => ({ kind: 'answered', status, tookMs: 1, ageMs: 0 }));
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
  for (let n = 0; n < 800 && engine.run('r1').run.finishedAt === null; n += 1) {
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
    ...{ version: row?.version, takenBack: engine.deployment('d2').status === 'rolled_back' },
    changes: row?.changes.map((change) => change.kind),
  };
}

const kindOfChange: Partial<Record<StepKind, string>> = {
  'set-template': 'workload',
  'set-weight': 'traffic',
  'reach-stage': 'traffic',
  'hold-stage': 'traffic',
  'switch-selector': 'traffic',
  'set-config': 'config',
  'set-flag': 'flag',
  'migrate-to': 'migration',
  'apply-infrastructure': 'infrastructure',
  'ensure-commit-reverted': 'gitops',
};
const kinds = stepContracts.map(({ kind }) => kind);
const looking = stepContracts.flatMap(({ kind, looksOnly }) => (looksOnly ? [kind] : []));
const changing = kinds.filter((kind) => !looking.includes(kind));
const untouched = 'workload';
/** Those that put other code, or the traffic of other code, in its place: the version taken back is held. */
const replacing: StepKind[] = [
  ...(['reach-stage', 'hold-stage'] as const),
  ...(['set-template', 'set-weight', 'switch-selector', 'order-abort', 'ensure-commit-reverted'] as const),
];
const leftBy = (kind: StepKind) =>
  replacing.includes(kind) ? { holds: 1, version: 'v1' } : { holds: 0, version: 'v2' };

describe('a rollback is a deployment from its first change of the world on, whatever its plan is made of', () => {
  it.each(changing)('%s, verified', async (kind) => {
    const { changes, ...ended } = await ends(kind, [verify], 200);
    expect(ended).toEqual({ run: 'done', row: 'completed', takenBack: true, ...leftBy(kind) });
    expect(changes).toEqual(expect.arrayContaining([kindOfChange[kind] ?? untouched]));
  });

  it.each(changing)('%s, alone', async (kind) =>
    expect(await ends(kind, [], 200)).toMatchObject({ run: 'done', row: 'completed', ...leftBy(kind) }),
  );

  it.each(changing)('%s, stopped after it', async (kind) =>
    expect(await ends(kind, [verify], 503)).toMatchObject({
      ...{ run: 'stopped', row: 'failed', takenBack: false },
      ...leftBy(kind),
    }),
  );

  it.each(looking)(
    '%s only looks: no deployment, no hold, and nothing is called rolled back',
    async (kind) => {
      expect(await ends(kind, [], 200)).toEqual({ run: 'done', holds: 0, takenBack: false });
      expect(await ends(kind, [verify], 503)).toEqual({ run: 'stopped', holds: 0, takenBack: false });
    },
  );

  it('says that it is back on a release only where its code was set', async () => {
    const said = async (kind: StepKind) => {
      const { world, step } = stepCases[kind](createRandom(7));
      const opened = await open([step, verify], world.ports, 200);
      await work(opened, world);
      return opened.engine.events('rollback.passed')[0]?.text;
    };
    expect(await said('set-template')).toBe('web is back on v1 (release 1), verified.');
    expect(await said('set-flag')).toBe(
      'web: what v2 (release 2) changed is taken back as of v1 (release 1), verified. Its code was left as it is.',
    );
  });
});

const flagOff: Step = {
  ...{ kind: 'set-flag', provider: 'p', project: 'shop', environment: 'production', flag: 'checkout' },
  ...{ from: true, to: false },
};
const schemaBack: Step = { kind: 'migrate-to', database: 'shop', from: '2', to: '1', acceptedLoss: [] };
const flagOn = () => ({ value: true as boolean | string, version: 1, archived: false });

describe('a change that is not seen through', () => {
  it('is recorded with the failure when it was sent in the very attempt that failed', async () => {
    const world = createInMemoryStepWorld();
    world.state.flags.checkout = flagOn();
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
  });

  const migrating = async () => {
    const world = createInMemoryStepWorld();
    const database = {
      head: '2',
      dirty: false,
      running: null,
      sessions: 0,
      sessionsHint: '',
      irreversible: null,
      undeclared: [],
      loss: {},
    };
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

describe('a worker that dies between sending and saying so', () => {
  /** The worker is gone right after the effect was accepted, then `next` happens. */
  async function diesAfterSending(
    world: InMemoryStepWorld,
    step: Step,
    ports: (killed: <K extends StepKind>(effect: StepEffect<K>) => StepEffect<K>) => Partial<EffectPorts>,
    next: () => void,
  ) {
    const dead = new AbortController();
    const killed = <K extends StepKind>(effect: StepEffect<K>): StepEffect<K> => ({
      ...effect,
      async apply(...given) {
        const result = await effect.apply(...given);
        if (!dead.signal.aborted) next();
        dead.abort();
        return result;
      },
    });
    const opened = await open([step, verify], { ...world.ports, ...ports(killed) }, 200);
    await opened.worker.work(dead.signal);
    expect(opened.engine.run('r1').steps[0]).toMatchObject({ status: 'started', attempts: 1 });
    await work(opened, world);
    expect(opened.engine.run('r1').run).toMatchObject({ status: 'stopped', stop: { ordinal: 0 } });
    return rowOf(opened.engine);
  }

  it('leaves a deployment when the outside is not to be reached until the limit', async () => {
    const world = createInMemoryStepWorld();
    const { flags } = world.ports;
    world.state.flags.checkout = flagOn();
    const row = await diesAfterSending(
      world,
      flagOff,
      (killed) => ({ flags: { ...flags, setFlag: killed(flags.setFlag) } }),
      () => Object.assign(world.receivers, { unreachableFor: 10_000 }),
    );
    expect(world.state.flags.checkout).toMatchObject({ value: false });
    expect(row).toMatchObject({ status: 'failed', version: 'v2' });
  });

  it('leaves a deployment when the fix-up that it started has failed', async () => {
    const { world, step } = stepCases['run-fix-up'](createRandom(3));
    const { migrations } = world.ports;
    const fixUp = world.state.fixUps['restore-totals'];
    if (!fixUp) throw new Error('no fix-up');
    fixUp.last = null;
    const row = await diesAfterSending(
      world,
      step,
      (killed) => ({ migrations: { ...migrations, runFixUp: killed(migrations.runFixUp) } }),
      () => {
        world.receivers.working.length = 0;
        if (fixUp.last) Object.assign(fixUp.last, { state: 'failed', reason: 'no rows' });
      },
    );
    expect(row).toMatchObject({ status: 'failed' });
  });

  it('leaves a deployment when the migration that it started ended half way', async () => {
    const world = createInMemoryStepWorld();
    const { migrations } = world.ports;
    const database = {
      head: '2',
      dirty: false,
      running: null,
      sessions: 0,
      sessionsHint: '',
      irreversible: null,
      undeclared: [],
      loss: {},
    };
    world.state.databases = { shop: database };
    const row = await diesAfterSending(
      world,
      schemaBack,
      (killed) => ({ migrations: { ...migrations, migrateTo: killed(migrations.migrateTo) } }),
      () => {
        world.receivers.working.length = 0;
        Object.assign(database, { running: null, dirty: true });
      },
    );
    expect(row).toMatchObject({ status: 'failed' });
  });

  it('leaves none when nothing was sent and every attempt said so', async () => {
    const world = createInMemoryStepWorld();
    world.state.flags.checkout = flagOn();
    world.receivers.unreachableFor = 10_000;
    const opened = await open([flagOff, verify], world.ports, 200);
    await work(opened, world);
    expect(opened.engine.run('r1').run).toMatchObject({ status: 'stopped', stop: { ordinal: 0 } });
    expect(rowOf(opened.engine)).toBeUndefined();
  });
});

it('leaves no deployment when looking broke, before anything was sent', async () => {
  const world = createInMemoryStepWorld();
  world.state.flags.checkout = flagOn();
  const setFlag: StepEffect<'set-flag'> = {
    ...world.ports.flags.setFlag,
    observe: async () => {
      throw new Error('not JSON');
    },
  };
  const opened = await open(
    [flagOff, verify],
    { ...world.ports, flags: { ...world.ports.flags, setFlag } },
    200,
  );
  await work(opened, world);
  expect(opened.engine.run('r1').run.stop?.reason).toMatch(/unexpected: not JSON/);
  expect(rowOf(opened.engine)).toBeUndefined();
});

describe('a rollback that stopped before its code was set', () => {
  const good = aSnapshot(imageOf('v1'));
  const code = (uid: string): Step => ({
    ...{
      kind: 'set-template',
      workload: webWorkload,
      uid,
      fromDigest: aSnapshot(imageOf('v2')).templateDigest,
    },
    ...{ template: good.template, templateDigest: good.templateDigest, imageDigests: {} },
  });
  const follows = async ({ store, time }: TestEngine, ...images: string[]) => {
    const said = [];
    for (const image of images) {
      const [followed] = await store.deployments.followed(['main/shop/web']);
      if (!followed) throw new Error('no service');
      const commit = followService(followed, [anObserved(aSnapshot(imageOf(image)))], time.now());
      if (commit) await store.deployments.commit(commit);
      said.push(commit?.newDeployments?.[0]?.origin ?? null);
    }
    return said;
  };
  const stopped = async (setTemplate?: StepEffect<'set-template'>) => {
    const world = createInMemoryStepWorld([webWorkload]);
    world.state.flags.checkout = flagOn();
    world.rollout.cluster.create(webWorkload, { app: imageOf('v2') });
    const workloads = { ...world.ports.workloads, ...(setTemplate ? { setTemplate } : {}) };
    const opened = await open([flagOff, code('another'), verify], { ...world.ports, workloads }, 200);
    await work(opened, world);
    expect(opened.engine.run('r1').run).toMatchObject({ status: 'stopped', stop: { ordinal: 1 } });
    return opened.engine;
  };

  it('is followed by what it left, so that a deploy which nobody registered is seen', async () => {
    const engine = await stopped();
    expect(rowOf(engine)).toMatchObject({ status: 'failed', version: 'v2' });
    expect(rowOf(engine)?.changes.map(({ kind }) => kind)).toEqual(['flag', 'workload']);
    expect(await follows(engine, 'v2', 'v3')).toEqual([null, 'detected']);
  });

  it('holds the version that it was taking away only where its code may have been set', async () => {
    const { templateDigest } = aSnapshot(imageOf('v2'));
    expect(holdsOf(await stopped())).toEqual([]);
    const engine = await stopped({
      observe: async () => ({ kind: 'unreachable', reason: 'connection refused' }),
      apply: async () => ({ kind: 'unknown', reason: 'the answer was lost' }),
    });
    expect(holdsOf(engine)).toMatchObject([{ templateDigest, releasedAt: null }]);
  });

  it('is followed by what is seen next where its code may have been set', async () => {
    const engine = await stopped({
      observe: async () => ({ kind: 'unreachable', reason: 'connection refused' }),
      apply: async () => ({ kind: 'unknown', reason: 'the answer was lost' }),
    });
    expect(await follows(engine, 'v1', 'v1', 'v3')).toEqual([null, null, 'detected']);
  });
});
