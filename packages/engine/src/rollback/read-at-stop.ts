import { type DeploymentStore, type FoundAtStop, type RunContext, setBy } from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import type { EffectPorts } from './apply-step.ts';

/** A run that stops waits no longer for what is set. */
const readWithinMs = 5_000;

interface Dependencies {
  ports: Pick<EffectPorts, 'rollout'>;
  clock: Clock;
  deployments: Pick<DeploymentStore, 'followed'>;
}

/** A run that is about to stop, with its workloads as they are set now: the rows say only what it did itself. */
export async function readAtStop<Context extends RunContext>(
  { ports, clock, deployments }: Dependencies,
  context: Context,
  signal: AbortSignal,
): Promise<Context> {
  const found = await Promise.all(
    setBy(context.steps).map(async (one): Promise<FoundAtStop> => {
      const { workload } = one.set;
      const read = await withDeadline(clock, readWithinMs, signal, (deadline) =>
        ports.rollout.read(workload, deadline),
      ).catch((error: unknown) => ({
        kind: 'unreachable' as const,
        reason: error instanceof Error ? error.message : String(error),
      }));
      return { ...one, read };
    }),
  );
  // Without records it is told all the same.
  const [known] = await deployments.followed([context.service.key]).catch(() => []);
  return { ...context, found, newest: known?.latest ?? null };
}
