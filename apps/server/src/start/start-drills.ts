import { type Loop, startLoop } from '../loops/loop.ts';
import { frameOf, type LoopDependencies } from './loop-dependencies.ts';

/** How late people are told at most that practice is overdue, or over. */
const settleEveryMs = 60_000;

/** Every replica looks; what is told is told by one. */
export function startDrills(deps: LoopDependencies): Loop {
  return startLoop({
    ...frameOf(deps),
    ...{ name: 'drills', everyMs: settleEveryMs },
    async pass(signal) {
      await deps.store.drills.settle(signal);
    },
  });
}
