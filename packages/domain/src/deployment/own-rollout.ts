import type { ConfigurationRef } from '../workload/configuration.ts';
import type { ServingTemplate } from '../workload/observation.ts';
import { sameTemplate } from '../workload/same-template.ts';
import {
  isSameWorkload,
  type WorkloadRef,
  type WorkloadSnapshot,
  workloadInWords,
} from '../workload/workload.ts';
import type { ObservedWorkload } from './capture.ts';
import { changeOf, type Deployment, workloadChanges } from './deployment.ts';
import { isInPlaceAlready, mayBeConfiguration, ownConfiguration } from './own-change.ts';
import { unreadConfiguration } from './unread-configuration.ts';

/**
 * What the cluster shows of a deployment's own rollout. `serving`: completely rolled out, and ready pods of its template
 * serve. `at-zero`: rolled out to no replicas, so nothing serves and nothing is tried. Else the words say what is missing.
 * `unread`: why nobody can tell whether it changed what its templates name, where that may be all that it changes.
 */
export type OwnRollout = ({ kind: 'serving' } | { kind: 'at-zero' | 'unfinished'; doubt: string }) & {
  unread?: string;
};

/** A workload, and the template that the deployment brought to it; null where any will do. */
interface Own {
  workload: WorkloadRef;
  before: WorkloadSnapshot | null;
  after: WorkloadSnapshot | null;
}

/**
 * Whether the cluster has shown what it brings: another template than before, the very one that was registered, or, where it brings
 * no image, other contents of what the same template names. What is no
 * workload counts where no image was registered: else the pods are yet to change.
 */
export function hasShownChange(deployment: Deployment): boolean {
  if (differing(deployment).length > 0 || isInPlaceAlready(deployment)) return true;
  if (configurationAlone(deployment).length > 0) return true;
  const bringsImages = Object.keys(deployment.registeredImages).length > 0;
  return !bringsImages && deployment.changes.some(({ kind }) => kind !== 'workload');
}

/** What of configuration it is known to have changed, where it has changed no template; each once. */
export function configurationAlone(deployment: Deployment): ConfigurationRef[] {
  if (differing(deployment).length > 0) return [];
  const changed = workloadChanges(deployment).flatMap((change) =>
    change.after ? ownConfiguration(deployment, change, change.after) : [],
  );
  return [...new Map(changed.map(({ kind, name }) => [`${kind}/${name}`, { kind, name }])).values()];
}

/** Whether what it changed may be configuration that nobody has read since its pipeline reported it complete. */
export function awaitsConfiguration(deployment: Deployment): boolean {
  const { status, reportedCompleteAt } = deployment;
  if (status !== 'in_progress' || reportedCompleteAt === null || !mayBeConfiguration(deployment))
    return false;
  return !hasShownChange(deployment);
}

/** When the cluster first showed the newest template of it; null before. */
export function changeSeenAt(deployment: Deployment): number | null {
  const seen = differing(deployment).map(({ after }) => after?.observedAt ?? deployment.startedAt);
  return seen.length > 0 ? Math.max(...seen) : null;
}

/**
 * Judges every workload whose template the deployment changed. Where it changed none, as one that only turns a flag, what
 * serves is all of the service that is not at zero.
 */
export function ownRollout(deployment: Deployment, observed: readonly ObservedWorkload[]): OwnRollout {
  const own = differing(deployment);
  if (own.length === 0) {
    const unread = unreadConfiguration(deployment, observed);
    return { ...unchangedRollout(deployment, observed), ...(unread !== null && { unread }) };
  }
  const judged = own.map((one) => {
    const seen = observed.find(({ workload }) => isSameWorkload(workload, one.workload));
    return seen ? judge(one, seen) : unfinished(`${workloadInWords(one.workload)} was not seen`);
  });
  const missing = (kind: OwnRollout['kind']) => judged.find((one) => one.kind === kind);
  return missing('unfinished') ?? missing('at-zero') ?? { kind: 'serving' };
}

function unchangedRollout(deployment: Deployment, observed: readonly ObservedWorkload[]): OwnRollout {
  const inPlace = isInPlaceAlready(deployment) ? deployment.changes : [];
  const up = observed.filter(({ progress }) => progress.desired > 0);
  if (up.length === 0) return atZero(observed[0] ? workloadInWords(observed[0].workload) : 'the service');
  const judged = up.map((seen) =>
    judge(
      {
        ...{ workload: seen.workload, before: null },
        after: changeOf(inPlace, seen.workload)?.before ?? seen.snapshot,
      },
      seen,
    ),
  );
  return judged.find((one) => one.kind !== 'serving') ?? { kind: 'serving' };
}

function differing(deployment: Deployment): Own[] {
  return workloadChanges(deployment)
    .filter(({ before, after }) => after !== null && !(before && sameTemplate(before, after)))
    .map(({ target, before, after }) => ({ workload: target, before, after }));
}

function judge(
  { workload, before, after }: Own,
  { snapshot, progress, serving }: ObservedWorkload,
): OwnRollout {
  const name = workloadInWords(workload);
  if (after && !sameTemplate(after, snapshot)) return unfinished(`${name} is set to another template`);
  const own = serving.find((one) => one.snapshot.templateDigest === snapshot.templateDigest);
  if (!progress.complete) return unfinished(`${name}: ${progressInWords(progress, own)}`);
  if (progress.desired === 0) return atZero(name);
  if (!own || Math.min(own.ready, progress.available) < progress.desired)
    return unfinished(`${name}: ${own?.ready ?? 0} of ${progress.desired} of its own pods are ready`);
  const third = serving.find((one) => one !== own && one.snapshot.templateDigest !== before?.templateDigest);
  if (third) {
    const pods = third.ready === 1 ? 'a pod' : `${third.ready} pods`;
    return unfinished(`${name}: beside its own, ${pods} of yet another template`);
  }
  const other = otherDigest(after, own);
  return other === null ? { kind: 'serving' } : unfinished(`${name}: ${other}`);
}

/** "1 of 3 replicas available (pod web-1: ImagePullBackOff)", or how many of the new pods are not ready. */
export function progressInWords(
  { sentence, warning, updated }: ObservedWorkload['progress'],
  own: ServingTemplate | undefined,
): string {
  const unready = updated - (own?.ready ?? 0);
  const why = warning ?? (unready > 0 ? `${unready} of ${updated} new pods not ready` : null);
  return why === null ? sentence : `${sentence} (${why})`;
}

function otherDigest(after: WorkloadSnapshot | null, own: ServingTemplate): string | null {
  for (const [container, recorded] of Object.entries(after?.imageDigests ?? {})) {
    const running = own.readyDigests[container] ?? [];
    if (running.length === 0) return `no ready pod says which image of ${container} it runs`;
    const other = running.find((digest) => digest !== recorded);
    if (other) return `${container} runs ${other} instead of the recorded ${recorded}`;
  }
  return null;
}

function unfinished(doubt: string): OwnRollout {
  return { kind: 'unfinished', doubt };
}

function atZero(name: string): OwnRollout {
  return { kind: 'at-zero', doubt: `${name} is scaled to zero, nothing serves` };
}
