import {
  type FixUpSeen,
  type FlagSeen,
  type FlagValue,
  type InfrastructureChange,
  type InfrastructureSeen,
  infrastructureActions,
} from '@lastgood/domain';
import type { Random } from '../../random.ts';
import { createInMemoryStepWorld } from '../in-memory-step-world.ts';
import { already, integer, type Meddling, type StepCase, type StepCases } from './step-case.ts';

type DataKind = 'set-flag' | 'migrate-to' | 'run-fix-up' | 'apply-infrastructure';

export const dataCases: Pick<StepCases, DataKind> = {
  'set-flag': flagCase,
  'migrate-to': migrationCase,
  'run-fix-up': fixUpCase,
  'apply-infrastructure': stackCase,
};

function flagCase(random: Random): StepCase<'set-flag'> {
  const world = createInMemoryStepWorld();
  const there = already(random);
  const [from, to] = random.pick<[FlagValue, FlagValue]>([
    [true, false],
    [100, 0],
    ['new', 'old'],
    [integer(random, 1, 99), 0],
    [
      { on: true, percentage: 40 },
      { on: false, percentage: 0 },
    ],
    [
      { on: true, variants: { blue: 40, green: 60 } },
      { on: true, variant: 'green' },
    ],
  ]);
  const flag: FlagSeen = { value: there ? to : from, version: integer(random, 1, 500), archived: false };
  world.state.flags.checkout = flag;
  world.state.flags.bystander = { ...flag };
  const frame = { provider: 'unleash', project: 'shop', environment: 'production', flag: 'checkout' };
  return {
    world,
    step: { kind: 'set-flag', ...frame, from, to },
    effects: there ? 0 : 1,
    meddle: random.pick<Meddling>([
      {
        act: () => void Object.assign(flag, { value: 'third', version: Number(flag.version) + 1 }),
        words: /is variant third.*Somebody else/,
      },
      { act: () => void Object.assign(flag, { archived: true }), words: /archived/ },
    ]),
  };
}

function migrationCase(random: Random): StepCase<'migrate-to'> {
  const world = createInMemoryStepWorld();
  const there = already(random);
  const target = integer(random, 1, 50);
  const [from, to] = [`00${target + integer(random, 1, 9)}`, `00${target}`];
  const acceptedLoss = random.chance(0.5) ? ['coupons'] : [];
  const database = {
    head: there ? to : from,
    dirty: false,
    running: null as string | null,
    sessions: 0,
    sessionsHint: 'its list of sessions names them',
    irreversible: null as string | null,
    undeclared: [] as string[],
    loss: (acceptedLoss.length > 0 ? { coupons: integer(random, 0, 900) } : {}) as Record<
      string,
      number | null
    >,
  };
  world.state.databases = { shop: database, bystander: { ...structuredClone(database), sessions: 7 } };
  /** Somebody else is at work, so it is not at its target either way. */
  const change = (over: Partial<typeof database>, words: RegExp, unfenced = false): Meddling => ({
    act: () => void Object.assign(database, { head: from }, over),
    words,
    unfenced,
  });
  return {
    world,
    step: { kind: 'migrate-to', database: 'shop', from, to, acceptedLoss },
    effects: there ? 0 : 1,
    meddle: random.pick<Meddling>([
      change({ head: '0099' }, /at 0099.*Somebody else/),
      change({ running: 'deploy-7' }, /migrated by deploy-7/),
      change({ dirty: true }, /half way/),
      change(
        { sessions: integer(random, 1, 40) },
        /sessions of the application are open.*traffic still flows/,
        true,
      ),
      change({ loss: { orders: 12 } }, /lose 12 rows of orders/, true),
      change({ loss: { orders: null } }, /lose rows of orders, nobody can tell how many/, true),
      change({ irreversible: 'has no down block' }, /has no down block/, true),
      change({ undeclared: ['DROP TABLE orders (12 rows)'] }, /would run DROP TABLE orders/, true),
    ]),
  };
}

function fixUpCase(random: Random): StepCase<'run-fix-up'> {
  const world = createInMemoryStepWorld();
  const there = already(random);
  const digest = `sha256:${'a'.repeat(64)}`;
  const complete = { operation: 'earlier/3', digest, state: 'complete' as const, reason: null };
  const older = { ...complete, digest: `sha256:${'b'.repeat(64)}` };
  const fixUp: FixUpSeen = { digest, last: there ? complete : random.pick([null, older]) };
  world.state.fixUps = { 'restore-totals': fixUp, bystander: structuredClone(fixUp) };
  return {
    world,
    step: { kind: 'run-fix-up', database: 'shop', name: 'restore-totals', digest, occasion: 'd2' },
    effects: there ? 0 : 1,
    meddle: random.pick<Meddling>([
      {
        act: () => void Object.assign(fixUp, { digest: `sha256:${'c'.repeat(64)}`, last: null }),
        words: /declared anew/,
      },
      {
        act: () =>
          void Object.assign(fixUp, { last: { ...complete, operation: 'other/1', state: 'running' } }),
        words: /being run by other\/1/,
      },
    ]),
  };
}

function stackCase(random: Random): StepCase<'apply-infrastructure'> {
  const world = createInMemoryStepWorld();
  const there = already(random);
  const [from, to] = ['c0ffee', 'beef01'];
  const queue = { address: 'aws_sqs_queue.retries', type: 'aws_sqs_queue', keepsData: true };
  const acceptedDestroys = random.chance(0.4) ? [queue.address] : [];
  const rule = { address: 'aws_lb_listener_rule.front', type: 'aws_lb_listener_rule', keepsData: false };
  const changes: InfrastructureChange[] = [
    { ...rule, action: random.pick(infrastructureActions) },
    ...acceptedDestroys.map(() => ({ ...queue, action: 'destroy' as const })),
  ];
  const stack: InfrastructureSeen = {
    lineage: `lineage-${integer(random, 1, 1e6)}`,
    version: there ? to : from,
    serial: integer(random, 1, 900),
    lockedBy: null,
    drifted: [],
    changes: there ? [] : changes,
  };
  const { lineage } = stack;
  world.state.stacks = { queues: stack, bystander: structuredClone(stack) };
  const change = (over: Partial<typeof stack>, words: RegExp, unfenced = false): Meddling => ({
    act: () => void Object.assign(stack, { version: from }, over),
    words,
    unfenced,
  });
  return {
    world,
    step: { kind: 'apply-infrastructure', stack: 'queues', lineage, from, to, changes, acceptedDestroys },
    effects: there ? 0 : 1,
    meddle: random.pick<Meddling>([
      change({ version: 'decaf0', serial: stack.serial + 1 }, /at decaf0.*Somebody else/),
      change({ lineage: 'another' }, /created again/),
      change({ drifted: ['aws_lb.front'] }, /aws_lb\.front.*by hand/),
      change(
        { changes: [...changes, { ...queue, address: 'aws_db_instance.shop', action: 'replace' }] },
        /destroy aws_db_instance\.shop.*did not name/,
        true,
      ),
      change(
        { changes: [...changes, { ...rule, address: 'aws_lb.front', action: 'update' }] },
        /now also updates aws_lb\.front, which the plan did not show/,
        true,
      ),
      change({ changes, failed: 'the quota is used up.' }, /to its end: the quota is used up/, true),
    ]),
  };
}
