import type { DeploymentStrategy, Service } from '../../service/service.ts';
import { argoRollouts } from './argo-rollouts/argo-rollouts.ts';
import { blueGreen } from './blue-green/blue-green.ts';
import { canary } from './canary/canary.ts';
import { configuration } from './configuration/configuration.ts';
import { created } from './created/created.ts';
import { isDelivered } from './delivered.ts';
import { flag } from './flag/flag.ts';
import { flagger } from './flagger/flagger.ts';
import { gitops } from './gitops/gitops.ts';
import { infrastructure } from './infrastructure/infrastructure.ts';
import { migration } from './migration/migration.ts';
import { progressive } from './progressive/progressive.ts';
import { rolling } from './rolling/rolling.ts';
import type { Way } from './way.ts';

/**
 * The list of ways back. Of two ways that claim one change the earlier takes it; steps of one phase keep this order. What no
 * way takes back is refused.
 */
export const allWays: readonly Way[] = [
  // Before whoever sets a template in the cluster: until the revert is pushed, a sync would undo that.
  gitops,
  configuration,
  rolling,
  argoRollouts,
  flagger,
  progressive,
  blueGreen,
  canary,
  flag,
  migration,
  infrastructure,
  created,
];

/** Whether deployments of a service can be taken back: by its strategy, or by who brings its workloads out. */
export function isServedFor(
  service: Pick<Service, 'rollback' | 'workloads'>,
  strategy: DeploymentStrategy,
  ways: readonly Way[] = allWays,
): boolean {
  return isServed(strategy, ways) || isDelivered(service);
}

/** Whether deployments of a delivery strategy can be taken back at all. */
export function isServed(strategy: DeploymentStrategy, ways: readonly Way[] = allWays): boolean {
  return ways.some((way) => way.strategies?.includes(strategy));
}
