import type { ImageMover } from '@lastgood/domain/rollback/contracts/ensure-commit-reverted';
import type { ApplicationSeen } from '@lastgood/domain/rollback/contracts/wait-for-sync';
import { operationAnnotation } from '../../../kubernetes/operation-note.ts';
import { safeText } from '../../../kubernetes/safe-text.ts';
import type { ServedApplication } from './served-applications.ts';

/** Argo CD takes the annotation away when it has looked. https://argo-cd.readthedocs.io/en/stable/user-guide/annotations-and-labels/ */
export const refreshAnnotation = 'argocd.argoproj.io/refresh';
const imageList = 'argocd-image-updater.argoproj.io/image-list';

/** An Application as it stands. Its generation says nothing: it counts every write of its status, too. */
export function seenApplication(
  { metadata, spec, status }: ServedApplication,
  name: string,
): ApplicationSeen {
  const { sync, health, operationState } = status ?? {};
  const { automated } = spec.syncPolicy ?? {};
  const revision = spec.source?.targetRevision ?? '';
  const annotations = metadata.annotations ?? {};
  return {
    uid: metadata.uid,
    revision: sync?.revision ?? '',
    synced: sync?.status === 'Synced' && operationState?.phase !== 'Running' && !isToLook(annotations),
    healthy: health?.status === 'Healthy',
    suspended: automated === undefined || automated.enabled === false,
    askedBy: annotations[operationAnnotation] ?? null,
    complaint: complaintOf(status),
    source: {
      url: spec.source?.repoURL ?? '',
      // Whatever is the branch that the repository calls its first.
      branch: revision === '' || revision === 'HEAD' ? null : revision.replace(/^refs\/heads\//, ''),
    },
    movers: annotations[imageList] === undefined ? [] : [imageUpdater(name)],
  };
}

function isToLook(annotations: Record<string, string>): boolean {
  return annotations[refreshAnnotation] !== undefined;
}

function complaintOf(status: ServedApplication['status']): string | null {
  const { operationState, conditions = [] } = status ?? {};
  const error = conditions.find(({ type }) => type.endsWith('Error'));
  if (error) return shown(`${error.type}: ${error.message ?? ''}`);
  const failed = operationState?.phase === 'Failed' || operationState?.phase === 'Error';
  return failed
    ? shown(`its last sync ended ${operationState.phase}: ${operationState.message ?? ''}`)
    : null;
}

/** https://argocd-image-updater.readthedocs.io/en/stable/configuration/images/ */
function imageUpdater(name: string): ImageMover {
  return {
    name: `Argo CD Image Updater (annotation ${imageList} of Application ${name})`,
    effect: 'sets the newest image that fits by itself, so it brings the bad version back within minutes',
    advice: `Take the annotation ${imageList} away from Application ${name}, or exclude the bad version there; then plan again.`,
    isAutomatic: true,
  };
}

export function shown(text: string): string {
  return safeText(text).slice(0, 300);
}
