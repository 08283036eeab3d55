import { type DeploymentStore, registrationNotices } from '@lastgood/domain';
import type { Clock } from '../clock.ts';
import { availableKinds, type EffectPorts } from '../rollback/apply-step.ts';
import { observeRelease } from './observe-release.ts';
import { readWaysBack } from './read-ways-back.ts';

/**
 * Judges anew what is said of the newest release's way back: what was declared since may have opened one. What cannot be seen now
 * changes nothing.
 */
export async function renewNotices(
  deps: { deployments: DeploymentStore; ports: EffectPorts; clock: Clock; deadlineMs: number },
  key: string,
  signal: AbortSignal,
): Promise<void> {
  const [followed] = await deps.deployments.followed([key]);
  if (!followed?.latest) return;
  const { service, latest } = followed;
  const [{ seen, trouble, scaled }, read] = await Promise.all([
    // What there was before the release was recorded once.
    observeRelease({ ...deps, ports: { ...deps.ports, objects: undefined } }, service, signal),
    readWaysBack(deps, latest.changes, signal),
  ]);
  if (trouble.length > 0) return;
  const available = availableKinds(deps.ports);
  const release = { service, deployment: latest, seen, scaled, read, available };
  const notices = registrationNotices(release, latest.notices);
  if (JSON.stringify(notices) === JSON.stringify(latest.notices)) return;
  await deps.deployments.commit({ deployments: [{ id: latest.id, notices }] });
}
