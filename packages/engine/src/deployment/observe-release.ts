import type { RegisteredRelease, Rollout, Service } from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import { observeService, type ServiceObservation } from './observe-service.ts';
import { type ConfigurationPorts, withConfiguration } from './record-configuration.ts';
import { seeScalers } from './see-scalers.ts';

export interface ReleaseObservation extends ServiceObservation {
  scaled: NonNullable<RegisteredRelease['scaled']>;
}

/** Fetch: how the workloads of a service stand, their configuration, and what scales them, within a deadline. */
export async function observeRelease(
  {
    ports,
    clock,
    deadlineMs,
  }: { ports: ConfigurationPorts & { rollout: Rollout }; clock: Clock; deadlineMs: number },
  service: Service,
  signal: AbortSignal,
): Promise<ReleaseObservation> {
  return withDeadline(clock, deadlineMs, signal, async (deadline) => {
    const observed = await observeService(ports.rollout, service, deadline);
    const seen = await withConfiguration(ports, service, observed.seen, deadline);
    return { ...observed, seen, scaled: await seeScalers(ports.rollout, service, seen, deadline) };
  });
}
