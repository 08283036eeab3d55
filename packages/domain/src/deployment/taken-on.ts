import { aboutService, type ToldService } from '../notification/about-service.ts';
import type { TriggerFact } from '../notification/facts.ts';
import type { Notification } from '../notification/notification.ts';
import { formatInstant } from '../trigger/format.ts';
import type { Acknowledgement } from './acknowledgement.ts';
import { callingKinds, type OverRelease } from './incident-over.ts';
import { releaseFacts } from './release-facts.ts';
import { releaseName } from './release-words.ts';

/**
 * Somebody is at it: told quietly to whoever was called, and to nobody else, see `isFollowing`. It ends nothing: what fires fires on.
 * @param trigger one of what fires; null where nothing is known of it
 */
export function takenOn(
  release: OverRelease,
  service: ToldService,
  { by, note, at, until, breaches }: Acknowledgement,
  trigger: TriggerFact | null,
): Notification {
  const fires = breaches.map(({ trigger: name }) => name).join(', ');
  return {
    key: `deployment/${release.id}/taken_on/${at}`,
    ...{ kind: 'taken_on', urgency: 'info', at },
    title: `${service.name}: ${by} is at it until ${formatInstant(until)}${note === null ? '' : `: ${note}`}`,
    text: `${by} has taken on what fires of ${releaseName(release)}: ${fires}. It fires on, and nothing else is held back by it.`,
    ...{ service: release.service, deploymentId: release.id, runId: null },
    ends: callingKinds,
    ...aboutService(service, { ...releaseFacts(release, null), trigger, next: { text: calls, at: until } }),
  };
}

const calls = 'If it still fires, it calls again';
