import { eventAbout } from '../audit/events.ts';
import { captureAfter, changedSince, lastKnown, type ObservedWorkload } from './capture.ts';
import { type Deployment, type NewDeployment, newDeployment, workloadChanges } from './deployment.ts';
import type { DeploymentCommit } from './deployment-commit.ts';
import type { FollowedService } from './followed-service.ts';
import type { Hold } from './hold.ts';

/** How long a pipeline may say nothing before the rollout in the cluster is followed instead. */
const silentPipelineMs = 120_000;

/**
 * Judge what was observed of one service: a baseline when nothing is recorded, a new template as a detected deployment,
 * *after* of the newest one, and the end of one whose pipeline went silent. Null when nothing changes.
 */
export function followService(
  followed: FollowedService,
  observed: readonly ObservedWorkload[],
  now: number,
): DeploymentCommit | null {
  if (observed.length === 0 || followed.activeRunId !== null) return null;
  const { latest } = followed;
  if (!latest) return { newDeployments: [baseline(followed, observed, now)] };
  const changed = latest.status === 'in_progress' ? [] : changedSince(latest, observed);
  if (changed.length > 0) return detect(followed, changed, now);
  return refresh(latest, observed, followed, now);
}

/** What served when the service was first seen: presumed good, so that the very first bad deploy can be taken back. */
function baseline(
  followed: FollowedService,
  observed: readonly ObservedWorkload[],
  now: number,
): NewDeployment {
  return detected(followed, observed, now, {
    status: 'completed',
    proof: 'presumed_good',
    completedAt: now,
    watchClosedAt: now,
    changes: observed.map(({ workload, snapshot }) => ({
      kind: 'workload',
      target: workload,
      before: null,
      after: snapshot,
    })),
  });
}

function detect(
  followed: FollowedService,
  changed: readonly ObservedWorkload[],
  now: number,
): DeploymentCommit {
  const deployment = detected(followed, changed, now, {
    changes: changed.map(({ workload, snapshot }) => ({
      kind: 'workload',
      target: workload,
      before: lastKnown(followed.latest, workload.name),
      after: snapshot,
    })),
    previousDeploymentId: followed.latest?.id ?? null,
  });
  const held = changed.find(({ snapshot }) =>
    followed.holds.some((hold) =>
      isHeld(hold, snapshot.templateDigest, Object.values(snapshot.imageDigests)),
    ),
  );
  const text = held
    ? `A held version is back: somebody deployed it to ${held.workload.kind} ${held.workload.name} outside Lastgood.`
    : `A deployment was detected: ${changed.map(({ workload }) => `${workload.kind} ${workload.name}`).join(', ')} changed without being registered.`;
  return {
    newDeployments: [deployment],
    events: [
      eventAbout({
        ...{ type: 'deployment.detected', at: now, text },
        ...{ service: followed.service.key, deploymentId: deployment.id },
      }),
    ],
  };
}

function refresh(
  latest: Deployment,
  observed: readonly ObservedWorkload[],
  followed: FollowedService,
  now: number,
): DeploymentCommit | null {
  const captured = captureAfter(latest, observed);
  const current: Deployment = { ...latest, ...captured };
  const ended =
    latest.status === 'in_progress' && latest.origin !== 'rollback'
      ? endSilent(current, observed, followed, now)
      : null;
  if (!captured && !ended) return null;
  return {
    deployments: [{ id: latest.id, ...captured, ...ended?.patch }],
    events: ended ? [ended.event] : [],
  };
}

/**
 * A detected deployment ends with its rollout; a registered one too, once its pipeline has been silent; any at its maximum
 * age. Of several workloads a deployment may change only one, so one seen changed is enough.
 */
function endSilent(
  current: Deployment,
  observed: readonly ObservedWorkload[],
  { service }: FollowedService,
  now: number,
) {
  const age = now - current.startedAt;
  const about = { at: now, service: service.key, deploymentId: current.id };
  const seen = workloadChanges(current).some((change) => change.after !== null);
  const rolledOut = seen && observed.every(({ complete }) => complete);
  if (rolledOut && (current.origin === 'detected' || age >= silentPipelineMs)) {
    return {
      patch: completion(service.policy.watchWindowMs, now),
      event: eventAbout({
        ...about,
        type: 'deployment.completed',
        text: `Release ${current.release} is rolled out in the cluster.`,
      }),
    };
  }
  if (age < service.policy.maxInProgressMs) return null;
  return {
    patch: { status: 'failed' as const, watchClosedAt: now, proof: 'unproven' as const },
    event: eventAbout({
      ...about,
      type: 'deployment.failed',
      text: `Release ${current.release} never finished: its pipeline went silent and its rollout did not complete.`,
    }),
  };
}

export function completion(watchWindowMs: number, now: number) {
  return { status: 'completed' as const, completedAt: now, watchEndsAt: now + watchWindowMs };
}

/** Held by template, or by an image that was taken back. */
export function isHeld(hold: Hold, templateDigest: string | null, imageDigests: readonly string[]): boolean {
  if (hold.releasedAt !== null) return false;
  return (
    hold.templateDigest === templateDigest ||
    imageDigests.some((digest) => hold.imageDigests.includes(digest))
  );
}

/** The tag of the first image, for people. */
function versionOf(observed: readonly ObservedWorkload[]): string | null {
  const image = Object.values(observed[0]?.snapshot.images ?? {})[0];
  const tag = image?.split('@')[0]?.match(/:([^/:]+)$/)?.[1];
  return tag ?? null;
}

/**
 * The same observation gives the same id, so that several replicas that see it together write one row: the service, what it
 * comes after, and what was seen.
 */
function idOf({ service, latest }: FollowedService, observed: readonly ObservedWorkload[]): string {
  const seen = observed.map(({ snapshot }) => snapshot.templateDigest.replace(/^sha256:/, '').slice(0, 12));
  return [service.key.replaceAll('/', '.'), latest ? latest.release : 'first', ...seen].join('-');
}

function detected(
  followed: FollowedService,
  observed: readonly ObservedWorkload[],
  now: number,
  known: Partial<NewDeployment>,
): NewDeployment {
  const { key, strategy } = followed.service;
  const [id, version] = [idOf(followed, observed), versionOf(observed)];
  return newDeployment({
    ...{ id, version, service: key, strategy, origin: 'detected', startedAt: now },
    ...known,
  });
}
