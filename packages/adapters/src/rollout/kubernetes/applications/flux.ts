import type { ImageMover } from '@lastgood/domain/rollback/contracts/ensure-commit-reverted';
import type { ApplicationSeen } from '@lastgood/domain/rollback/contracts/wait-for-sync';
import { shown } from './argo-cd.ts';
import type { ServedAutomations, ServedGitRepository, ServedKustomization } from './served-applications.ts';

/** Any new value asks; the controller repeats the one it has handled. https://fluxcd.io/flux/components/kustomize/kustomizations/#triggering-a-reconcile */
export const requestAnnotation = 'reconcile.fluxcd.io/requestedAt';

/**
 * A Kustomization as it stands. While it is suspended, Ready and observedGeneration stay as they were: only `suspend` tells,
 * its own or that of its source.
 */
export function seenKustomization(
  { metadata, spec, status }: ServedKustomization,
  source: ServedGitRepository,
  movers: ImageMover[],
): ApplicationSeen {
  const requested = metadata.annotations?.[requestAnnotation];
  const isHandled = requested === undefined || status?.lastHandledReconcileAt === requested;
  const isRead = status?.observedGeneration === metadata.generation;
  const isWhole = status?.lastAttemptedRevision === status?.lastAppliedRevision;
  const ready = readyOf(status?.conditions);
  const { ref = {} } = source.spec;
  return {
    uid: metadata.uid,
    revision: commitIn(status?.lastAppliedRevision ?? ''),
    synced: isHandled && isRead && isWhole,
    healthy: isRead && ready?.status === 'True',
    suspended: spec.suspend === true || source.spec.suspend === true,
    askedBy: requested ?? null,
    complaint: complaintOf(readyOf(source.status?.conditions)) ?? complaintOf(ready),
    source: {
      url: source.spec.url,
      // By precedence; without any it is master.
      branch:
        ref.commit ??
        ref.name?.replace(/^refs\/heads\//, '') ??
        ref.semver ??
        ref.tag ??
        ref.branch ??
        'master',
    },
    movers,
  };
}

interface Condition {
  status?: string;
  message?: string;
}

function readyOf(conditions: readonly ({ type: string } & Condition)[] = []): Condition | undefined {
  return conditions.find(({ type }) => type === 'Ready');
}

function complaintOf(ready: Condition | undefined): string | null {
  return ready?.status === 'False' ? shown(ready.message ?? 'it is not ready') : null;
}

/** `main@sha1:COMMIT`, or `main/COMMIT` before Flux 2.0. */
function commitIn(revision: string): string {
  return /(?:^|[:/])([0-9a-f]{7,64})$/.exec(revision)?.[1] ?? '';
}

/** What writes newer images into the branch that the source is taken from. */
export function imageAutomations(
  { items }: ServedAutomations,
  source: { namespace: string; name: string; branch: string | null },
): ImageMover[] {
  return items.flatMap(({ metadata, spec }): ImageMover[] => {
    const { kind = 'GitRepository', name, namespace = metadata.namespace } = spec.sourceRef;
    const isOurs = kind === 'GitRepository' && name === source.name && namespace === source.namespace;
    if (!isOurs || spec.suspend === true) return [];
    const pushed = spec.git?.push?.branch ?? source.branch;
    const isAutomatic = pushed === source.branch;
    const named = `${metadata.name} -n ${metadata.namespace}`;
    return [
      {
        name: `ImageUpdateAutomation ${metadata.namespace}/${metadata.name}`,
        isAutomatic,
        effect: isAutomatic
          ? 'writes the newest image of its policies into the branch by itself, so it brings the bad version back at its next turn'
          : `writes the newest image of its policies into the branch ${pushed}, from where it may be proposed again`,
        advice: isAutomatic
          ? `Suspend it (flux suspend image update ${named}), then plan again; resume it when a better version is there.`
          : 'Do not merge it, or exclude the bad version in its ImagePolicy.',
      },
    ];
  });
}
