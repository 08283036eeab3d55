import { type StepKind, stepContracts } from '@lastgood/domain';
import { describe, expect, it } from 'vitest';
import { brokenLaws, type OpenCase } from '../contracts/step-laws.ts';
import { stepsContract } from '../contracts/steps.ts';
import { createInMemoryStepWorld } from './in-memory-step-world.ts';
import { stepCases } from './step-world/cases.ts';

/** The share that every test run takes; `run-steps.ts` takes a thousand of each kind. */
const worlds = 100;

stepsContract('the world in memory', stepCases, worlds);

it('has a world for every contract', () =>
  expect(Object.keys(stepCases).sort()).toEqual(stepContracts.map(({ kind }) => kind).sort()));

it('is read for a plan as it stands: there, not there, or not answering', async () => {
  const { ports, state, receivers } = createInMemoryStepWorld();
  const never = new AbortController().signal;
  const application = { cluster: 'main', namespace: 'shop', kind: 'Application', name: 'web' };
  const branch = { repository: 'shop.git', branch: 'main', commit: 'c0ffee' };
  const workload = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'worker' } as const;
  const frame = { provider: 'unleash', project: 'shop', environment: 'test' };
  const askAll = () =>
    Promise.all([
      ports.traffic.readRoute({ route: application, rule: null }, never),
      ports.traffic.readSelector({ service: application, key: 'slot' }, never),
      ports.flags.readFlag({ ...frame, flag: 'checkout' }, never),
      ports.migrations.readDatabase({ database: 'shop', to: '1' }, never),
      ports.migrations.readFixUp({ database: 'shop', name: 'totals', occasion: 'd2' }, never),
      ports.writers.readWriters({ writers: [workload], database: 'shop' }, never),
      ports.infrastructure.readStack({ stack: 'queues', from: 'c0', to: 'beef' }, never),
      ports.git.readBranch(branch, never),
      ports.applications.read({ application }, never),
    ]);
  for (const { kind } of await askAll()) expect(kind).toBe('not-found');
  const uid = 'uid-1';
  state.routes.web = { uid, weights: { stable: 100 }, accepted: true, ready: { stable: 1 } };
  state.services.web = { uid, value: 'blue', readyPods: {}, endpoints: {} };
  state.flags.checkout = { value: true, version: 1, archived: false };
  const reversal = { irreversible: null, undeclared: [], loss: {} };
  const database = { head: '2', dirty: false, running: null, sessions: 3, sessionsHint: '', ...reversal };
  state.databases.shop = database;
  state.fixUps.totals = { digest: 'sha256:a', last: null };
  state.writers.worker = { uid, desired: 1, ready: 1, pods: 1 };
  state.sessions.shop = 3;
  const [drifted, changes] = [[], []];
  state.stacks.queues = { lineage: 'l', version: 'c0', serial: 1, lockedBy: null, drifted, changes };
  state.branches['shop.git#main'] = { head: 'c0ffee', contains: true, reverted: false, conflicts: [] };
  const well = { synced: true, healthy: true, suspended: false, askedBy: null };
  state.applications.web = { uid, revision: 'c0ffee', ...well };
  const seen = (await askAll()).map((answer) => (answer.kind === 'seen' ? answer.seen : answer));
  expect(seen).toEqual([
    state.routes.web,
    state.services.web,
    state.flags.checkout,
    { head: '2', dirty: false, running: null, path: [{ from: '2', to: '1', ...reversal }] },
    state.fixUps.totals,
    { writers: [state.writers.worker], sessions: 0 },
    state.stacks.queues,
    state.branches['shop.git#main'],
    { ...state.applications.web, includesRevert: false },
  ]);
  receivers.unreachableFor = 9;
  for (const { kind } of await askAll()) expect(kind).toBe('unreachable');
});

describe('the laws notice', () => {
  const broken = async (kind: StepKind, open: OpenCase) => {
    const said: string[] = [];
    for (let seed = 1; seed <= 40; seed += 1) said.push(...(await brokenLaws(kind, open, seed)));
    return said.join('\n');
  };

  it('an outside that takes everything, whatever stands there', async () => {
    const said = await broken('set-flag', (random) => {
      const one = stepCases['set-flag'](random);
      const { world, step } = one;
      world.ports.flags.setFlag.apply = async ({ to }, _seen, operation) => {
        world.receivers.beforeNextEffect?.();
        const flag = world.state.flags[step.flag];
        if (flag) flag.value = to;
        world.receivers.accepted.push({
          kind: 'set-flag',
          operation: operation.key,
          epoch: operation.epoch,
        });
        return { kind: 'applied', note: 'set' };
      };
      return one;
    });
    expect(said).toContain('"two holders at once send one effect": the outside took 2 effects');
    expect(said).toContain('between the look and the write');
  });

  it('an adapter that does not look, but remembers', async () => {
    const said = await broken('switch-selector', (random) => {
      const one = stepCases['switch-selector'](random);
      const { switchSelector } = one.world.ports.traffic;
      const seen = switchSelector.observe(one.step, { key: 'r1/0', epoch: 1 }, new AbortController().signal);
      switchSelector.observe = () => seen;
      return one;
    });
    expect(said).toContain('instead of applied');
    expect(said).toContain('instead of failed');
  });

  it('an effect that moves instead of naming its target', async () => {
    const said = await broken('set-weight', (random) => {
      const one = stepCases['set-weight'](random);
      const { setWeight } = one.world.ports.traffic;
      const { apply } = setWeight;
      setWeight.apply = (step, seen, operation, signal) =>
        apply({ ...step, weights: { stable: 50, canary: 50 } }, seen, operation, signal);
      return one;
    });
    expect(said).toContain('Somebody else changed it');
  });
});
