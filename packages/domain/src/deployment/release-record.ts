import { aboutService, type ToldService } from '../notification/about-service.ts';
import type { MadeNotification, RecordKind } from '../notification/notification.ts';
import type { Deployment, NewDeployment } from './deployment.ts';
import { releaseFacts } from './release-facts.ts';
import { releaseName } from './release-words.ts';

/** A release that may not have its number yet. */
type Recorded = Pick<NewDeployment, 'id' | 'service' | 'version' | 'commit' | 'origin'> &
  Partial<Pick<Deployment, 'release'>>;

const said: Record<RecordKind, { became: string; next: string }> = {
  deployment_registered: { became: 'is rolling out', next: 'Its rollout is followed, then it is watched.' },
  deployment_verified: { became: 'is verified', next: 'From now on a rollback returns to it.' },
  deployment_failed: { became: 'failed to roll out', next: 'As far as it is in place it is watched on.' },
  deployment_rolled_back: { became: 'is rolled back', next: 'Nothing is left to do.' },
  deployment_unproven: { became: 'stays unproven', next: 'Its watch is over.' },
  deployment_superseded: {
    became: 'is watched no more: a newer release came after it',
    next: 'The newer one is followed.',
  },
};

/** What is written beside a release elsewhere, such as the status of its commit: once for each thing that it became. */
export function releaseRecord(
  kind: RecordKind,
  release: Recorded,
  service: ToldService,
  {
    at,
    text,
    runId = null,
    next = said[kind].next,
  }: { at: number; text: string; runId?: string | null; next?: string },
): MadeNotification {
  return {
    key: `deployment/${release.id}/${kind}`,
    ...{ kind, urgency: 'info', at, runId, text },
    ...{ service: release.service, deploymentId: release.id },
    title: `${service.name}: ${nameOf(release)} ${said[kind].became}`,
    ...aboutService(service, { ...told(release), next: { text: next, at: null } }),
  };
}

function nameOf({ release, version, origin }: Recorded): string {
  return release === undefined ? (version ?? 'a new version') : releaseName({ release, version, origin });
}

function told({ release, version, commit, origin }: Recorded) {
  if (release !== undefined) return releaseFacts({ release, version, commit, origin }, null);
  return { from: { release: null, version, commit }, versions: version };
}
