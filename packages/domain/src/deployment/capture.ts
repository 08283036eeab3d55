import { isSameConfiguration, type RecordedConfiguration, tellsTheSame } from '../workload/configuration.ts';
import type { Owner, RolloutProgress, ServingTemplate } from '../workload/observation.ts';
import { sameTemplate } from '../workload/same-template.ts';
import type { TemplateWriter } from '../workload/template-writer.ts';
import { isSameWorkload, type WorkloadRef, type WorkloadSnapshot } from '../workload/workload.ts';
import { type Change, changeOf, type Deployment, type WorkloadChange } from './deployment.ts';
import { awaitsChange, isOwnChange, matchesRegistration, ownConfiguration } from './own-change.ts';

/** What a follower saw of one workload now. */
export interface ObservedWorkload {
  workload: WorkloadRef;
  /** What its specification wants. */
  snapshot: WorkloadSnapshot;
  progress: RolloutProgress;
  /** What serves. */
  serving: ServingTemplate[];
  /** Who else writes its template, and who wrote its images; absent where that was not looked at. */
  owner?: Owner;
  writers?: TemplateWriter[];
}

/** The newest state of each workload that the deployment is known to have left behind, else the one before it. */
export function lastKnown(deployment: Deployment | null, workload: WorkloadRef): WorkloadSnapshot | null {
  const change = deployment ? changeOf(deployment.changes, workload) : undefined;
  return change?.after ?? change?.before ?? null;
}

/**
 * Which workloads show a template that is another release: it differs from the last one known, and is not what the deployment
 * itself is bringing out. A workload never seen before differs not.
 */
export function changedSince(
  deployment: Deployment,
  observed: readonly ObservedWorkload[],
): ObservedWorkload[] {
  return observed.filter(({ workload, snapshot }) => {
    const known = lastKnown(deployment, workload);
    if (known === null || sameTemplate(known, snapshot)) return false;
    const change = changeOf(deployment.changes, workload);
    // Until its own change is there a registered deployment waits; what is there meanwhile is told when it has ended.
    if (!change) return true;
    return !awaitsChange(deployment, change, snapshot) && !isOwnChange(deployment, change, snapshot);
  });
}

/**
 * The deployment's changes with *after* as observed now, as a patch of it; null when nothing is new. An *after* once seen is
 * replaced only by a fuller observation of the same template or by its images' other names, by that of an object created anew
 * with it, or, while in progress, by another template of its own. @param isLastLook whether it is failed if this shows no change
 */
export function captureAfter(
  deployment: Deployment,
  observed: readonly ObservedWorkload[],
  isLastLook = false,
): Pick<Deployment, 'changes'> | null {
  const changes = deployment.changes.map((change): Change => {
    if (change.kind !== 'workload') return change;
    const seen = observed.find(({ workload }) => isSameWorkload(workload, change.target));
    return seen ? captured(deployment, change, seen.snapshot, isLastLook) : change;
  });
  return changes.some((change, index) => change !== deployment.changes[index]) ? { changes } : null;
}

function captured(
  deployment: Deployment,
  change: WorkloadChange,
  seen: WorkloadSnapshot,
  isLastLook: boolean,
): WorkloadChange {
  const { before, after } = change;
  if (after === null) {
    if (isFirstAfter(deployment, change, seen, isLastLook)) return { ...change, after: seen };
    const same = before && followed(before, seen);
    return same === before ? change : { ...change, before: same };
  }
  if (after.templateDigest !== seen.templateDigest && sameTemplate(after, seen))
    return { ...change, after: readAgain(deployment, after, seen, renamed(after, seen)) };
  if (after.templateDigest !== seen.templateDigest)
    return isOwnChange(deployment, change, seen) ? { ...change, after: seen } : change;
  const same = readAgain(deployment, after, seen, merged(after, seen));
  return same === after ? change : { ...change, after: same };
}

/**
 * What the template names may be written after it: until the release is complete the newest look at that counts, after that the
 * first. A look that did not ask for it, or could not read it, takes nothing away.
 */
function readAgain(
  { status }: Deployment,
  known: WorkloadSnapshot,
  seen: WorkloadSnapshot,
  result: WorkloadSnapshot,
): WorkloadSnapshot {
  const [first, second] = status === 'in_progress' ? [seen, known] : [known, seen];
  const told = seenOf(first.configuration, second.configuration);
  const isKnown = known.configuration && told && tellsTheSame(known.configuration, told);
  const configuration = isKnown ? known.configuration : told;
  return result.configuration === configuration ? result : { ...result, configuration };
}

/** As the first tells it; what that could not read as the second does. */
function seenOf(
  first: WorkloadSnapshot['configuration'],
  second: WorkloadSnapshot['configuration'],
): WorkloadSnapshot['configuration'] {
  if (!first || !second) return first ?? second;
  const better = (one: RecordedConfiguration) =>
    one.state.kind === 'unread' ? (second.find((each) => isKnownOf(each, one)) ?? one) : one;
  const all = first.map(better);
  return all.some((one, index) => one !== first[index]) ? all : first;
}

function isKnownOf(one: RecordedConfiguration, other: RecordedConfiguration): boolean {
  return one.state.kind !== 'unread' && isSameConfiguration(one, other);
}

/** Of one template, who owned what is kept as it was seen first: a rollback changes the owners. A poorer look adds that alone. */
function merged(known: WorkloadSnapshot, seen: WorkloadSnapshot): WorkloadSnapshot {
  const fullest = isFuller(seen, known) ? seen : followed(known, seen);
  const applied = known.applied ?? seen.applied;
  return fullest.applied === applied ? fullest : { ...fullest, applied };
}

/** The same template whose images are named otherwise now, as by digest: who applied it and what its pods ran stays known. */
function renamed(known: WorkloadSnapshot, seen: WorkloadSnapshot): WorkloadSnapshot {
  const imageDigests = { ...known.imageDigests, ...seen.imageDigests };
  return { ...seen, imageDigests, applied: known.applied ?? seen.applied };
}

/** What is recorded of a template, told of the object that bears it now. */
function followed(known: WorkloadSnapshot, seen: WorkloadSnapshot): WorkloadSnapshot {
  if (known.uid === seen.uid || known.templateDigest !== seen.templateDigest) return known;
  return { ...known, uid: seen.uid, generation: seen.generation, historyName: seen.historyName };
}

/** One that has ended without showing a change is taken to have left behind what is there. */
function isFirstAfter(
  deployment: Deployment,
  change: WorkloadChange,
  seen: WorkloadSnapshot,
  isLastLook: boolean,
): boolean {
  if (deployment.status === 'completed') return true;
  if (deployment.status === 'in_progress')
    return (
      isOwnChange(deployment, change, seen) || isConfigurationShown(deployment, change, seen, isLastLook)
    );
  return change.before === null || !sameTemplate(change.before, seen);
}

/** While the template names another commit than was registered, its own is yet to come: others write configuration, too. */
function isConfigurationShown(
  deployment: Deployment,
  change: WorkloadChange,
  seen: WorkloadSnapshot,
  isLastLook: boolean,
): boolean {
  if (ownConfiguration(deployment, change, seen).length === 0) return false;
  return isLastLook || matchesRegistration(deployment, change.target, seen) !== 'no';
}

function isFuller(seen: WorkloadSnapshot, known: WorkloadSnapshot): boolean {
  if (known.podTemplateHash === null && seen.podTemplateHash !== null) return true;
  const more = Object.keys(seen.imageDigests).length > Object.keys(known.imageDigests).length;
  return more || Object.keys(known.images).length < Object.keys(seen.images).length;
}
