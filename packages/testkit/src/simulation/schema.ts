import {
  type Plan,
  type PlannedStep,
  plannedStep,
  type Step,
  type WritersTarget,
  withStillStopped,
} from '@lastgood/domain';
import type { Random } from '../random.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** What a release with a migration has outside its workload, and the steps that take it back. */
export interface Schema {
  database: string;
  writers: string[];
  /** Before the code, in order: flag, writers, schema, data, traffic. */
  before: Step[];
  /** After the code. */
  after: Step[];
}

const [newHead, oldHead] = ['0017', '0016'];

/** Release 2 of a service has come with a migration; a flag, a canary and a fix-up only sometimes. */
export function addSchema(world: SimulatedWorld, random: Random, name: string): Schema {
  const database = `${name}-data`;
  const writers = [`${name}-worker`, `${name}-cron`];
  addDatabase(world, database);
  const target = addWriters(world, database, writers);
  const before = [
    ...(random.chance(0.6) ? [addFlag(world, name)] : []),
    { kind: 'stop-writers' as const, ...target },
    { kind: 'migrate-to' as const, database, from: newHead, to: oldHead, acceptedLoss: ['coupons'] },
    ...(random.chance(0.6) ? [addFixUp(world, database, name)] : []),
    ...(random.chance(0.6) ? [addRoute(world, name)] : []),
  ];
  return { database, writers, before, after: [{ kind: 'start-writers', ...target }] };
}

/** The way back of the code with the rest laid around it: a rehearsal first, the proof last. */
export function schemaPlan(plan: Plan, { before, after }: Schema): Plan {
  const [rehearsal, ...code] = plan.steps;
  const proof = code.pop();
  if (!rehearsal || !proof) throw new Error('the plan has no steps');
  const planned = (step: Step): PlannedStep =>
    plannedStep(step, { title: step.kind, target: `release ${plan.target.release}`, expectedMs: null });
  const steps = [rehearsal, ...before.map(planned), ...code, ...after.map(planned), proof];
  return { ...plan, steps: withStillStopped(steps) };
}

function addDatabase({ state }: SimulatedWorld, database: string): void {
  state.databases[database] = {
    ...{ head: newHead, dirty: false, running: null, irreversible: null, undeclared: [] },
    loss: { coupons: 12 },
    sessionsHint: 'its list of sessions names them',
    // One truth: whoever counts sessions for the writers counts those that the migration sees.
    get sessions() {
      return state.sessions[database] ?? 0;
    },
  };
}

function addWriters({ state }: SimulatedWorld, database: string, names: readonly string[]): WritersTarget {
  const replicas = 2;
  for (const name of names)
    state.writers[name] = { uid: `uid-${name}`, desired: replicas, ready: replicas, pods: replicas };
  state.sessions[database] = replicas * names.length;
  return {
    database,
    writers: names.map((name) => ({
      workload: { cluster: 'main', namespace: 'shop', kind: 'Deployment', name },
      ...{ uid: `uid-${name}`, replicas },
    })),
  };
}

function addFlag({ state }: SimulatedWorld, name: string): Step {
  const flag = `${name}-checkout`;
  state.flags[flag] = { value: true, version: 1, archived: false };
  const frame = { provider: 'unleash', project: 'shop', environment: 'production', flag };
  return { kind: 'set-flag', ...frame, from: true, to: false };
}

function addRoute({ state }: SimulatedWorld, name: string): Step {
  const uid = `uid-route-${name}`;
  const [from, weights] = [
    { stable: 50, canary: 50 },
    { stable: 100, canary: 0 },
  ];
  state.routes[name] = { uid, weights: { ...from }, accepted: true, ready: { stable: 3, canary: 3 } };
  const route = { cluster: 'main', namespace: 'shop', kind: 'HTTPRoute', name };
  return { kind: 'set-weight', route, uid, rule: null, from, weights };
}

function addFixUp({ state }: SimulatedWorld, database: string, name: string): Step {
  const digest = `sha256:${'a'.repeat(64)}`;
  const fixUp = `${name}-totals`;
  state.fixUps[fixUp] = { digest, last: null };
  return { kind: 'run-fix-up', database, name: fixUp, digest, occasion: name };
}
