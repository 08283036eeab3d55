import type { DeploymentStrategy } from '../../service/service.ts';
import { argoRollouts } from './argo-rollouts/argo-rollouts.ts';
import { flagger } from './flagger/flagger.ts';
import { rolling } from './rolling/rolling.ts';
import type { Way } from './way.ts';

/**
 * The list of ways back. Of two ways that claim one change the earlier takes it; steps of one phase keep this order. What no
 * way takes back is refused.
 */
export const allWays: readonly Way[] = [rolling, argoRollouts, flagger];

/** Whether deployments of a delivery strategy can be taken back at all. */
export function isServed(strategy: DeploymentStrategy, ways: readonly Way[] = allWays): boolean {
  return ways.some((way) => way.strategies?.includes(strategy));
}
