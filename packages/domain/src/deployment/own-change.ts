import { type ConfigurationRef, changedConfiguration } from '../workload/configuration.ts';
import { sameImage, sameTemplate } from '../workload/same-template.ts';
import { isSameWorkload, type WorkloadRef, type WorkloadSnapshot } from '../workload/workload.ts';
import { type Deployment, type WorkloadChange, workloadChanges } from './deployment.ts';

/** What a pipeline said of the version that it brings out, besides its name, and the workloads that it may change. */
export type Registered = Pick<Deployment, 'registeredImages' | 'commit' | 'changes'>;

/**
 * Whether a workload's template is the one that was registered: by the image of each container that was named (at least one of
 * them is in the template), or by the commit that the template names. `unknown` where there is nothing to tell it by: missing
 * evidence is never a match.
 */
export function matchesRegistration(
  registered: Registered,
  workload: WorkloadRef,
  seen: WorkloadSnapshot,
): 'yes' | 'no' | 'unknown' {
  const named = namedImages(registered, workload, seen);
  if (named.length > 0) {
    const others = named.filter(({ agrees }) => !agrees);
    if (others.length === 0) return 'yes';
    return others.every(({ isShared }) => isShared) ? 'unknown' : 'no';
  }
  const { commit } = registered;
  if (commit === null || !seen.commit) return 'unknown';
  return seen.commit === commit ? 'yes' : 'no';
}

/** `isShared`: what names it names a container of another workload, too, so that it may mean the other. */
function namedImages(
  { registeredImages, changes }: Registered,
  workload: WorkloadRef,
  { images, imageDigests }: WorkloadSnapshot,
) {
  const besides = workloadChanges({ changes }).filter(({ target }) => !isSameWorkload(target, workload));
  return Object.entries(images).flatMap(([container, reference]) => {
    const key = keyOf(registeredImages, workload, container);
    if (key === undefined) return [];
    const [said, found] = [
      { reference: registeredImages[key] ?? '', digest: undefined },
      { reference, digest: imageDigests[container] },
    ];
    const isShared = besides.some(
      ({ target, before, after }) =>
        container in ((after ?? before)?.images ?? {}) && keyOf(registeredImages, target, container) === key,
    );
    return [{ agrees: sameImage(said, found), isShared }];
  });
}

/** What names this container most closely. */
function keyOf(
  registeredImages: Registered['registeredImages'],
  { kind, name }: WorkloadRef,
  container: string,
): string | undefined {
  const keys = [`${kind}/${name}/${container}`, `${name}/${container}`, container];
  return keys.find((key) => Object.hasOwn(registeredImages, key));
}

/**
 * Whether a template seen in place of the one before is what the deployment itself brings out. A release changes a workload
 * once: another template after that is another release, unless the pipeline is still at work and this is what it registered.
 * Of one that registered no evidence the first change between its registration and its report is its own.
 */
export function isOwnChange(deployment: Deployment, change: WorkloadChange, seen: WorkloadSnapshot): boolean {
  const { target, before, after } = change;
  if (deployment.status !== 'in_progress') return false;
  if (before && sameTemplate(before, seen)) return false;
  const match = deployment.origin === 'detected' ? 'unknown' : matchesRegistration(deployment, target, seen);
  const isAtWork = deployment.reportedCompleteAt === null;
  const isShown = after !== null && !(before && sameTemplate(before, after));
  if (isShown) return match === 'yes' && isAtWork;
  return match === 'yes' || (match === 'unknown' && isAtWork);
}

/**
 * What a release that brings no image has changed of the ConfigMaps and Secrets that the template names, where it left the template
 * itself as it was. What could not be read on either side has not changed.
 */
export function ownConfiguration(
  deployment: Pick<Deployment, 'registeredImages' | 'origin'>,
  { before }: Pick<WorkloadChange, 'before'>,
  seen: WorkloadSnapshot,
): ConfigurationRef[] {
  if (!mayBeConfiguration(deployment) || !before || !sameTemplate(before, seen)) return [];
  return changedConfiguration(before.configuration, seen.configuration);
}

/** Whether what it brings may be nothing but what its templates name: its pipeline registered no image. */
export function mayBeConfiguration({
  registeredImages,
  origin,
}: Pick<Deployment, 'registeredImages' | 'origin'>): boolean {
  return origin === 'pipeline' && Object.keys(registeredImages).length === 0;
}

/** Whether it may still show its own change there: one that has reported complete waits only for what it can be told by. */
export function awaitsChange(
  deployment: Deployment,
  change: WorkloadChange,
  seen: WorkloadSnapshot,
): boolean {
  if (deployment.status !== 'in_progress' || change.after !== null) return false;
  return (
    deployment.reportedCompleteAt === null ||
    matchesRegistration(deployment, change.target, seen) !== 'unknown'
  );
}

/** What was registered and reported complete is what its workloads had before: nothing has to be rolled out. */
export function isInPlaceAlready(deployment: Deployment): boolean {
  if (deployment.origin !== 'pipeline' || deployment.reportedCompleteAt === null) return false;
  const matches = workloadChanges(deployment).map(({ target, before, after }) => {
    if (!before || (after && !sameTemplate(before, after))) return 'no';
    return matchesRegistration(deployment, target, before);
  });
  return matches.includes('yes') && !matches.includes('no');
}
