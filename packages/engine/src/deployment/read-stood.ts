import { allWays, lookedAt, type Service, type Stood, stood, type Way } from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import type { EffectPorts } from '../rollback/apply-step.ts';
import { fetchOne } from '../rollback/gather-facts.ts';

/** Fetch: how everything that the service declares stands, within a deadline. What does not answer is unknown, and delays nobody. */
export async function readStood(
  {
    ports,
    clock,
    deadlineMs,
    ways = allWays,
  }: { ports: EffectPorts; clock: Clock; deadlineMs: number; ways?: readonly Way[] },
  service: Service,
  signal: AbortSignal,
): Promise<Stood[]> {
  return withDeadline(clock, deadlineMs, signal, (deadline) =>
    Promise.all(
      lookedAt(service, ways).map(async (look) => stood(look, await fetchOne(ports, look.need, deadline))),
    ),
  );
}
