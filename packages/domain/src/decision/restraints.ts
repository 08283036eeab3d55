import { onlySuggests } from '../deployment/after-watch.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { cooldownLeftMs, isGoodTarget, type Watchable } from '../deployment/eligibility.ts';
import { failedReturn } from '../deployment/failed-return.ts';
import { beyondLimits, jumpOf, type PassedRelease } from '../deployment/jump.ts';
import type { ServicePolicy } from '../service/service.ts';
import { formatMoment } from '../trigger/format.ts';

/** What of a release tells whether it may go back by itself. */
export type TakenBackByItself = Watchable & Pick<Deployment, 'release' | 'version' | 'startedAt' | 'putBack'>;

/** What of a release tells whether it may be returned to by itself. */
export type ReturnedToByItself = Pick<
  Deployment,
  'id' | 'release' | 'version' | 'origin' | 'startedAt' | 'status' | 'proof'
>;

/** How a service stands to a rollback that nobody asked for. */
export interface StandsToRollback {
  deployment: TakenBackByItself;
  lastKnownGood: ReturnedToByItself | null;
  /** The releases between the two. */
  between: readonly PassedRelease[];
  policy: Pick<
    ServicePolicy,
    'afterWatch' | 'cooldownMs' | 'automaticMaxSkippedReleases' | 'automaticMaxTargetAgeMs'
  >;
  /** When the last attempt ended, or was asked for while it goes on; null if never. */
  lastAttemptAt: number | null;
  activeRunId: string | null;
}

/** What of the service keeps it from going back by itself, in words; the same for whoever is asked for and whoever follows. */
export function restraintsOfService(stands: StandsToRollback, slot: number): string[] {
  const { deployment, policy, lastAttemptAt, activeRunId } = stands;
  const restraints: string[] = [];
  if (onlySuggests(deployment, policy))
    restraints.push('its watch is over, and from then on a rollback is only suggested');
  if (activeRunId !== null) restraints.push('a rollback of this service is already running');
  if (deployment.origin === 'rollback') restraints.push('this deployment is itself a rollback');
  if (deployment.putBack?.kind === 'back')
    restraints.push(
      'it was taken back before and somebody put it back, so only a person takes it back again',
    );
  const left = cooldownLeftMs(lastAttemptAt, policy.cooldownMs, slot);
  if (left > 0)
    // The instant and not what is left: it is read for longer than it is true.
    restraints.push(
      `the last rollback attempt is recent, its cooldown ends at ${formatMoment(slot + left, slot)}`,
    );
  return [...restraints, ...againstTarget(stands, slot)];
}

function againstTarget({ lastKnownGood, deployment, between, policy }: StandsToRollback, slot: number) {
  if (!lastKnownGood || !isGoodTarget(lastKnownGood)) return ['no last known good is recorded to return to'];
  const failed = failedReturn(lastKnownGood, between);
  const beyond = beyondLimits(jumpOf(lastKnownGood, deployment, between), policy, slot);
  return failed === null ? beyond : [failed, ...beyond];
}
