import { allWays, type Change, neededForWayBack, type ReadChange, type Way } from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import type { EffectPorts } from '../rollback/apply-step.ts';
import { fetchOne } from '../rollback/gather-facts.ts';

/** Fetch: what tells whether the changes beside workloads could be taken back, within a deadline. What does not answer is said to. */
export async function readWaysBack(
  {
    ports,
    clock,
    deadlineMs,
    ways = allWays,
  }: { ports: EffectPorts; clock: Clock; deadlineMs: number; ways?: readonly Way[] },
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<ReadChange[]> {
  return withDeadline(clock, deadlineMs, signal, (deadline) =>
    Promise.all(
      changes.flatMap((change) => {
        if (change.kind === 'workload') return [];
        const need = neededForWayBack(change, ways);
        return [
          need ? fetchOne(ports, need, deadline).then((fact) => ({ change, fact })) : { change, fact: null },
        ];
      }),
    ),
  );
}
