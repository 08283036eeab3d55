import { infrastructureContract } from '../../contracts/infrastructure.ts';
import { createInMemoryStepWorld } from '../in-memory-step-world.ts';

infrastructureContract('the infrastructure in memory', async () => {
  const world = createInMemoryStepWorld();
  const [from, to, third] = ['c0ffee', 'beef01', 'decaf0'];
  const rule = { address: 'aws_lb_listener_rule.front', type: 'aws_lb_listener_rule', keepsData: false };
  const stack = {
    ...{ lineage: 'l', version: from, serial: 1, lockedBy: null as string | null, drifted: [] },
    changes: [{ ...rule, action: 'update' as const }],
  };
  Object.assign(world.state, { stacks: { queues: stack }, versions: [from, to, third] });
  return {
    ...{ stack: 'queues', from, to, stranger: /ann@laptop/ },
    open: () => world.ports.infrastructure,
    inPlace: () => (stack.version === from ? 'from' : stack.version === to ? 'to' : "the stranger's"),
    applied: () => world.accepted(),
    strangerApplies: async () => void Object.assign(stack, { version: third, serial: stack.serial + 1 }),
    strangerLocks: (is) => void Object.assign(stack, { lockedBy: is ? 'ann@laptop since noon' : null }),
    isLocked: () => stack.lockedBy !== null,
    behave: (how) => void Object.assign(world.receivers, { unreachableFor: how === 'well' ? 0 : 1_000 }),
    settle: async () => world.settle(),
    close: async () => {},
  };
});
