import type { Infrastructure, InfrastructureSeen } from '@lastgood/domain';
import { type Outside, reading, receive } from './receiver.ts';

export interface StackStates {
  /** By name of the stack. */
  stacks: Record<string, InfrastructureSeen>;
}

export function createInMemoryInfrastructure(outside: Outside, state: StackStates): Infrastructure {
  return {
    readStack: reading(outside, 'stack', ({ stack }) => state.stacks[stack]),
    applyInfrastructure: receive(outside, 'apply-infrastructure', {
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
        outside.working.push(() => {
          Object.assign(stack, { version: to, serial: stack.serial + 1, lockedBy: null, destroys: [] });
        });
      },
    }),
  };
}
