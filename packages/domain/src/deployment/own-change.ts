import { sameImage, sameTemplate } from '../workload/same-template.ts';
import type { WorkloadSnapshot } from '../workload/workload.ts';
import type { Deployment, WorkloadChange } from './deployment.ts';

/** What a pipeline said of the version that it brings out, besides its name. */
export type Registered = Pick<Deployment, 'registeredImages' | 'commit'>;

/**
 * Whether a template is the one that was registered: by the image of each container that was named (at least one of them is
 * in the template), or by the commit that the template names. `unknown` where there is nothing to tell it by: missing evidence
 * is never a match.
 */
export function matchesRegistration(
  { registeredImages, commit }: Registered,
  { images, imageDigests, commit: itsCommit }: WorkloadSnapshot,
): 'yes' | 'no' | 'unknown' {
  const named = Object.entries(registeredImages).filter(([container]) => container in images);
  if (named.length > 0) {
    const agree = named.every(([container, reference]) =>
      sameImage(
        { reference, digest: undefined },
        { reference: images[container], digest: imageDigests[container] },
      ),
    );
    return agree ? 'yes' : 'no';
  }
  if (commit === null || !itsCommit) return 'unknown';
  return itsCommit === commit ? 'yes' : 'no';
}

/**
 * Whether a template seen in place of the one before is what the deployment itself brings out. A release changes a workload
 * once: another template after that is another release, unless the pipeline is still at work and this is what it registered.
 * Of one that registered no evidence the first change after its registration is its own.
 */
export function isOwnChange(deployment: Deployment, change: WorkloadChange, seen: WorkloadSnapshot): boolean {
  const { before, after } = change;
  if (deployment.status !== 'in_progress') return false;
  if (before && sameTemplate(before, seen)) return false;
  const match = deployment.origin === 'detected' ? 'unknown' : matchesRegistration(deployment, seen);
  const isShown = after !== null && !(before && sameTemplate(before, after));
  if (isShown) return match === 'yes' && deployment.reportedCompleteAt === null;
  return match !== 'no';
}
