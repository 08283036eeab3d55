import type {
  Notification,
  Rollout,
  StepEffect,
  StepKind,
  Workloads,
  WorkloadTarget,
} from '@lastgood/domain';
import type { EffectPorts } from '@lastgood/engine';
import { unreadCopies } from '@lastgood/engine/rollback/read-copies';
import { createInMemoryRollout, type InMemoryRollout } from './in-memory-rollout.ts';
import type { RolloutFault } from './rollout-fault.ts';
import {
  type ConfigurationStates,
  createInMemoryConfigurations,
  createInMemoryKeep,
} from './step-world/configurations.ts';
import { createInMemoryDelivery, type DeliveryStates } from './step-world/delivery.ts';
import { createInMemoryFlags, type FlagStates } from './step-world/flags.ts';
import { createInMemoryApplications, createInMemoryGit, type GitStates } from './step-world/git.ts';
import { createInMemoryInfrastructure, type StackStates } from './step-world/infrastructure.ts';
import { createInMemoryMigrations, type MigrationStates } from './step-world/migrations.ts';
import { createInMemoryObjects, type ObjectStates } from './step-world/objects.ts';
import {
  createReceiverState,
  type EffectFault,
  type ReceiverState,
  unreachableNow,
} from './step-world/receivers.ts';
import { createInMemoryRegistries, type RegistryStates } from './step-world/registries.ts';
import { createInMemoryTraffic, type TrafficState } from './step-world/traffic.ts';
import { createInMemoryWriters, type WriterStates } from './step-world/writers.ts';

/** Everything a step can touch, as plain data that tests fill in and compare. */
export interface StepWorldState
  extends TrafficState,
    MigrationStates,
    WriterStates,
    GitStates,
    DeliveryStates,
    ConfigurationStates,
    ObjectStates,
    FlagStates,
    RegistryStates,
    StackStates {}

/** An outside of all families in memory. Each refuses what its real twin would refuse by itself. */
export interface InMemoryStepWorld {
  state: StepWorldState;
  ports: { [K in keyof EffectPorts]-?: NonNullable<EffectPorts[K]> };
  rollout: InMemoryRollout;
  receivers: ReceiverState;
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
    images: {},
    deliveries: {},
    configurations: {},
    keptContents: {},
    objects: {},
  };
  const receivers = createReceiverState();
  const rollout = createInMemoryRollout({ now, settles: 'by-hand' });
  const messages = new Map<string, Notification>();
  const present = () => workloads.flatMap((target) => rollout.cluster.find(target) ?? []);
  return {
    state,
    receivers,
    rollout,
    messages,
    ports: {
      rollout: withUnreachableReads(rollout, receivers),
      workloads: withReceiverFaults(rollout.workloads, receivers),
      traffic: createInMemoryTraffic(receivers, state),
      flags: createInMemoryFlags(receivers, state),
      migrations: createInMemoryMigrations(receivers, state),
      writers: createInMemoryWriters(receivers, state),
      infrastructure: createInMemoryInfrastructure(receivers, state),
      git: createInMemoryGit(receivers, state),
      applications: createInMemoryApplications(receivers, state),
      registries: createInMemoryRegistries(receivers, state),
      delivery: createInMemoryDelivery(receivers, state),
      configurations: createInMemoryConfigurations(receivers, state),
      objects: createInMemoryObjects(receivers, state),
      keep: createInMemoryKeep(state),
      readCopies: unreadCopies,
    },
    settle() {
      for (const end of receivers.working.splice(0)) end();
      for (const { target } of present()) rollout.cluster.settle(target);
    },
    failNext(fault) {
      receivers.faults.push(fault);
      for (const call of [
        'rehearseTemplate',
        'setTemplate',
        'ensureReplicas',
        'giveBackOwnership',
        'waitUntilStable',
      ] as const)
        rollout.failNext(call, rolloutFaults[fault]);
    },
    accepted: () => receivers.accepted.length + rollout.effects().length + messages.size,
    picture: () => JSON.stringify({ state: outside(state), workloads: present(), messages: [...messages] }),
  };
}

/** What Lastgood keeps itself is no part of the outside. */
function outside({ keptContents: _own, ...others }: StepWorldState) {
  return others;
}

const rolloutFaults: Record<EffectFault, RolloutFault> = {
  unreachable: { kind: 'unreachable', reason: 'connection refused' },
  'too-many-requests': { kind: 'too-many-requests', afterMs: 2_000 },
  'lost-request': { kind: 'lost-request' },
  'lost-reply': { kind: 'lost-reply' },
};

function withUnreachableReads(rollout: Rollout, receivers: ReceiverState): Rollout {
  return {
    ...rollout,
    read: async (workload, signal) => unreachableNow(receivers) ?? rollout.read(workload, signal),
  };
}

/** The cluster with what all receivers share: a time without an answer, and somebody who is quicker. */
function withReceiverFaults(workloads: Workloads, receivers: ReceiverState): Workloads {
  const around = <K extends StepKind>(effect: StepEffect<K>): StepEffect<K> => ({
    observe: async (step, operation, signal) =>
      unreachableNow(receivers) ?? effect.observe(step, operation, signal),
    apply(step, seen, operation, signal) {
      receivers.beforeNextEffect?.();
      receivers.beforeNextEffect = null;
      return effect.apply(step, seen, operation, signal);
    },
  });
  return {
    rehearseTemplate: around(workloads.rehearseTemplate),
    setTemplate: around(workloads.setTemplate),
    ensureReplicas: around(workloads.ensureReplicas),
    giveBackOwnership: around(workloads.giveBackOwnership),
    waitUntilStable: around(workloads.waitUntilStable),
  };
}
