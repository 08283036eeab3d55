import {
  type Deployment,
  type DeploymentStore,
  lostReadiness,
  type Notice,
  type RegisteredRelease,
  readinessBack,
  renewedEvents,
  renewedNotices,
  type Service,
} from '@lastgood/domain';
import type { Clock } from '../clock.ts';
import { availableKinds, type EffectPorts } from '../rollback/apply-step.ts';
import { observeRelease } from './observe-release.ts';
import { readWaysBack } from './read-ways-back.ts';

export interface RenewDependencies {
  deployments: DeploymentStore;
  ports: EffectPorts;
  clock: Clock;
  deadlineMs: number;
}

/**
 * Judges anew what is said of the newest release's way back: what was declared since may have opened one. What cannot be seen now
 * changes nothing of what was told of it.
 */
export async function renewNotices(deps: RenewDependencies, key: string, signal: AbortSignal): Promise<void> {
  const [followed] = await deps.deployments.followed([key]);
  if (!followed?.latest) return;
  const { service, latest } = followed;
  const notices = await judgeAnew(deps, service, latest, signal);
  if (JSON.stringify(notices) === JSON.stringify(latest.notices)) return;
  const now = deps.clock.now();
  await deps.deployments.commit({
    deployments: [{ id: latest.id, notices }],
    events: renewedEvents(latest, notices, now),
    notifications: [
      ...lostReadiness(latest, notices, service, now),
      ...readinessBack(latest, notices, service, now),
    ],
  });
}

/** What is to be said of a release as things are, from what was said of it before; within the deadline of a registration. */
export async function judgeAnew(
  deps: Omit<RenewDependencies, 'deployments'>,
  service: Service,
  deployment: RegisteredRelease['deployment'] & Pick<Deployment, 'notices'>,
  signal: AbortSignal,
): Promise<Notice[]> {
  const [{ seen, trouble, scaled }, read] = await Promise.all([
    // What there was before the release was recorded once.
    observeRelease({ ...deps, ports: { ...deps.ports, objects: undefined } }, service, signal),
    readWaysBack(deps, deployment.changes, signal),
  ]);
  const available = availableKinds(deps.ports);
  const release = { service, deployment, seen, scaled, read, available };
  return renewedNotices(release, deployment.notices, trouble.length === 0);
}
