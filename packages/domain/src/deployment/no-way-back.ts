import type { Deployment } from './deployment.ts';
import { canGoBack } from './eligibility.ts';
import type { FollowedService } from './followed-service.ts';

/** Why no rollback of a release that failed can be offered; null where one can be, or nobody asked. */
export function noWayBack(
  { release }: Pick<Deployment, 'release'>,
  { lastKnownGood }: Pick<FollowedService, 'lastKnownGood'>,
): string | null {
  if (release === 1) return 'there is no release to go back to';
  const isLost = lastKnownGood !== undefined && !canGoBack({ lastKnownGood });
  return isLost ? 'no earlier release is known to be good' : null;
}
