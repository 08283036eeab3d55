import type { ObjectsBefore, RegisteredRelease, Service } from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import type { EffectPorts } from '../rollback/apply-step.ts';
import { observeService, type ServiceObservation } from './observe-service.ts';
import { type ConfigurationPorts, withConfiguration } from './record-configuration.ts';
import { seeObjects } from './see-objects.ts';
import { seeScalers } from './see-scalers.ts';

export interface ReleaseObservation extends ServiceObservation {
  scaled: NonNullable<RegisteredRelease['scaled']>;
  /** What it has beside its workloads; null where nobody can look. */
  objectsBefore: ObjectsBefore | null;
}

/** Fetch: how the workloads of a service stand, their configuration, and what scales them, within a deadline. */
export async function observeRelease(
  {
    ports,
    clock,
    deadlineMs,
  }: {
    ports: ConfigurationPorts & Pick<EffectPorts, 'rollout' | 'objects'>;
    clock: Clock;
    deadlineMs: number;
  },
  service: Service,
  signal: AbortSignal,
): Promise<ReleaseObservation> {
  return withDeadline(clock, deadlineMs, signal, async (deadline) => {
    const observed = await observeService(ports.rollout, service, deadline);
    const [seen, scaled, objectsBefore] = await Promise.all([
      withConfiguration(ports, service, observed.seen, deadline),
      seeScalers(ports.rollout, service, observed.seen, deadline),
      seeObjects(ports, service, observed.seen, deadline),
    ]);
    return { ...observed, seen, scaled, objectsBefore };
  });
}
