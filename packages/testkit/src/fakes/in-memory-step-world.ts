import type { Notification, Rollout, WorkloadTarget } from '@lastgood/domain';
import type { EffectPorts } from '@lastgood/engine';
import { createInMemoryRollout, type InMemoryRollout, type RolloutFault } from './in-memory-rollout.ts';
import { createInMemoryFlags, type FlagStates } from './step-world/flags.ts';
import { createInMemoryGit, type GitStates } from './step-world/git.ts';
import { createInMemoryInfrastructure, type StackStates } from './step-world/infrastructure.ts';
import { createInMemoryMigrations, type MigrationStates } from './step-world/migrations.ts';
import { createOutside, type EffectFault, type Outside } from './step-world/receiver.ts';
import { createInMemoryTraffic, type TrafficState } from './step-world/traffic.ts';
import { createInMemoryWriters, type WriterStates } from './step-world/writers.ts';

/** Everything a step can touch, as plain data that tests fill in and compare. */
export interface StepWorldState
  extends TrafficState,
    MigrationStates,
    WriterStates,
    GitStates,
    FlagStates,
    StackStates {}

/** An outside of all families in memory. Each refuses what its real twin would refuse by itself. */
export interface InMemoryStepWorld {
  state: StepWorldState;
  ports: Required<EffectPorts>;
  rollout: InMemoryRollout;
  outside: Outside;
  /** Messages by their key, as the outbox keeps them. */
  messages: Map<string, Notification>;
  /** What was set going comes to its end. */
  settle(): void;
  failNext(fault: EffectFault): void;
  /** How many effects the outside has taken. */
  accepted(): number;
  /** Everything that stands outside, in one value to compare. */
  picture(): string;
}

/** @param workloads those whose pods follow their template when the world settles */
export function createInMemoryStepWorld(
  workloads: readonly WorkloadTarget[] = [],
  now: () => number = () => 0,
): InMemoryStepWorld {
  const state: StepWorldState = {
    routes: {},
    services: {},
    flags: {},
    databases: {},
    fixUps: {},
    writers: {},
    sessions: {},
    stacks: {},
    branches: {},
    applications: {},
  };
  const outside = createOutside();
  const rollout = createInMemoryRollout({ now, settles: 'by-hand' });
  const messages = new Map<string, Notification>();
  const present = () => workloads.flatMap((target) => rollout.cluster.find(target) ?? []);
  return {
    state,
    outside,
    rollout,
    messages,
    ports: {
      rollout: hooked(rollout, outside),
      traffic: createInMemoryTraffic(outside, state),
      flags: createInMemoryFlags(outside, state),
      migrations: createInMemoryMigrations(outside, state),
      writers: createInMemoryWriters(outside, state),
      infrastructure: createInMemoryInfrastructure(outside, state),
      git: createInMemoryGit(outside, state),
    },
    settle() {
      for (const end of outside.working.splice(0)) end();
      for (const { target } of present()) rollout.cluster.settle(target);
    },
    failNext(fault) {
      outside.faults.push(fault);
      for (const call of ['rehearse', 'setTemplate', 'releaseStuckPods'] as const)
        rollout.failNext(call, rolloutFaults[fault]);
    },
    accepted: () => outside.accepted.length + rollout.effects().length + messages.size,
    picture: () => JSON.stringify({ state, workloads: present(), messages: [...messages] }),
  };
}

const rolloutFaults: Record<EffectFault, RolloutFault> = {
  unreachable: { kind: 'unreachable', reason: 'connection refused' },
  'too-many-requests': { kind: 'too-many-requests', afterMs: 2_000 },
  'lost-request': { kind: 'lost-request' },
  'lost-reply': { kind: 'lost-reply' },
};

/** The cluster with what all receivers share: a deaf moment, and somebody who is quicker. */
function hooked(rollout: InMemoryRollout, outside: Outside): Rollout {
  const before = () => {
    outside.beforeNextEffect?.();
    outside.beforeNextEffect = null;
  };
  return {
    ...rollout,
    async read(workload, signal) {
      if (outside.deaf === 0) return rollout.read(workload, signal);
      outside.deaf -= 1;
      return { kind: 'unreachable', reason: 'connection refused' };
    },
    rehearse(target, operation, signal) {
      before();
      return rollout.rehearse(target, operation, signal);
    },
    setTemplate(target, operation, signal) {
      before();
      return rollout.setTemplate(target, operation, signal);
    },
    releaseStuckPods(workload, pods, signal) {
      before();
      return rollout.releaseStuckPods(workload, pods, signal);
    },
  };
}
