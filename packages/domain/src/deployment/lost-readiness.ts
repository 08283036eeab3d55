import { aboutService, type ToldService } from '../notification/about-service.ts';
import type { Notification } from '../notification/notification.ts';
import type { Deployment } from './deployment.ts';
import { incidentOver, type OverRelease } from './incident-over.ts';
import { type Notice, withoutWayBack } from './notice.ts';
import { releaseFacts } from './release-facts.ts';
import { releaseName } from './release-words.ts';

const stays = { text: 'Nothing happens by itself: the release serves on as it is.', at: null };

/**
 * A release that could be taken back with all that it changed cannot be any more, as it was judged anew. Told once for each such loss:
 * what is said of it besides while it is not ready tells nobody again, and what was never ready was told when it was registered.
 */
export function lostReadiness(
  latest: Pick<
    Deployment,
    'id' | 'service' | 'release' | 'version' | 'commit' | 'origin' | 'notices' | 'status'
  >,
  notices: readonly Notice[],
  service: ToldService,
  at: number,
): Notification[] {
  const lost = withoutWayBack(notices);
  if (latest.status === 'rolled_back' || lost.length === 0) return [];
  if (withoutWayBack(latest.notices).length > 0) return [];
  return [
    {
      key: `deployment/${latest.id}/readiness_lost/${at}`,
      ...{ kind: 'readiness_lost', urgency: 'info', at },
      ...{ service: latest.service, deploymentId: latest.id, runId: null },
      title: `${service.name}: ${releaseName(latest)} cannot be taken back completely any more`,
      text: lost.map(({ words }) => words).join(' '),
      ...aboutService(service, { ...releaseFacts(latest, null), next: stays }),
    },
  ];
}

/** All that it changed can be taken back again. */
export function readinessBack(
  latest: OverRelease & Pick<Deployment, 'notices'>,
  notices: readonly Notice[],
  service: ToldService,
  at: number,
): Notification[] {
  const isBack = withoutWayBack(latest.notices).length > 0 && withoutWayBack(notices).length === 0;
  return isBack ? [incidentOver(latest, service, { kind: 'ready-again' }, at)] : [];
}
