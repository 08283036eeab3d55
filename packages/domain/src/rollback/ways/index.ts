import type { DeploymentStrategy } from '../../service/service.ts';
import { blueGreen } from './blue-green/blue-green.ts';
import { canary } from './canary/canary.ts';
import { flag } from './flag/flag.ts';
import { gitops } from './gitops/gitops.ts';
import { infrastructure } from './infrastructure/infrastructure.ts';
import { migration } from './migration/migration.ts';
import { rolling } from './rolling/rolling.ts';
import type { Way } from './way.ts';

/**
 * The list of ways back. Of two ways that claim one change the earlier takes it; steps of one phase keep this order. What no
 * way takes back is refused.
 */
export const allWays: readonly Way[] = [rolling, blueGreen, canary, gitops, flag, migration, infrastructure];

/** Whether deployments of a delivery strategy can be taken back at all. */
export function isServed(strategy: DeploymentStrategy, ways: readonly Way[] = allWays): boolean {
  return ways.some((way) => way.strategies?.includes(strategy));
}
