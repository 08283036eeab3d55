import type { Deployment } from '../deployment/deployment.ts';
import type { PassedRelease } from '../deployment/jump.ts';
import type { Service } from '../service/service.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { KnownDurations } from './expected-time.ts';
import type { Fact, Need } from './need.ts';
import type { Unregistered } from './seen-change.ts';
import type { UnregisteredSeen } from './unregistered.ts';
import { allWays } from './ways/index.ts';
import { partsOf } from './ways/parts.ts';
import type { RollbackContext, Way } from './ways/way.ts';

/** What is known of changes that nobody registered. */
export interface SeenFacts extends Pick<UnregisteredSeen, 'warnings' | 'refusals'> {
  unregistered: readonly Unregistered[];
}

/** Everything a plan is made from. */
export interface RollbackFacts {
  service: Service;
  deployment: Deployment;
  target: Deployment | null;
  /** What the command names as lost; absent: nothing. */
  accepting?: readonly string[] | undefined;
  /** What changed and was not registered; what is included stands among the changes of `deployment`. Absent: nothing. */
  seen?: SeenFacts | undefined;
  /** What it names to be removed of what the release created; absent: nothing. */
  removing?: readonly string[] | undefined;
  /** What each way that has a part asked for, by its name and in its order. */
  known: Record<string, Fact[]>;
  stepDurations: KnownDurations;
  /** When they were gathered. */
  at: number;
  /** The releases between the target and the one taken back. */
  between: PassedRelease[];
  /** The next good release before the target; null when there is none. */
  furtherBack: Deployment | null;
  /** What had fired, to be asked again in the end. */
  triggers: readonly RollbackTrigger[];
}

/** Ask: what must be known, by the name of the way that asks. */
export function neededFacts(
  rollback: RollbackContext,
  ways: readonly Way[] = allWays,
): Record<string, Need[]> {
  const { parts } = partsOf(rollback, ways);
  return Object.fromEntries(parts.map(({ way, context }) => [way.name, way.needs(context)] as const));
}
