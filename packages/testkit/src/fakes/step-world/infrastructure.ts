import type { Infrastructure, InfrastructureSeen } from '@lastgood/domain';
import { type ReceiverState, reading, receive } from './receivers.ts';

export interface StackStates {
  /** By name of the stack. */
  stacks: Record<string, InfrastructureSeen>;
  /** The versions that are kept; absent: all that are asked for. */
  versions?: readonly string[];
}

export function createInMemoryInfrastructure(receivers: ReceiverState, state: StackStates): Infrastructure {
  return {
    whyUnknown: (stack) =>
      stack in state.stacks ? null : `no stack named ${stack} is configured; known are none`,
    readStack: reading(receivers, 'stack', ({ stack, to }) =>
      state.versions?.includes(to) === false ? undefined : state.stacks[stack],
    ),
    applyInfrastructure: receive(receivers, 'apply-infrastructure', {
      find: ({ stack }) => state.stacks[stack],
      seen: (stack) => stack,
      isThere: (stack, { to }, operation) => stack.lockedBy === operation || stack.version === to,
      fence(stack, { lineage, from }) {
        if (stack.lockedBy !== null) return `the state is locked by ${stack.lockedBy}`;
        return stack.lineage === lineage && stack.version === from && stack.drifted.length === 0
          ? null
          : 'the saved plan is stale';
      },
      write(stack, { to }, operation) {
        stack.lockedBy = operation;
        receivers.working.push(() => {
          Object.assign(stack, { version: to, serial: stack.serial + 1, lockedBy: null, changes: [] });
        });
      },
    }),
  };
}
