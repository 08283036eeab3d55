import { changeOf } from '../deployment/deployment.ts';
import { matchesRegistration } from '../deployment/own-change.ts';
import { releaseName, releaseSubject } from '../deployment/release-words.ts';
import { isoInstant } from '../iso-instant.ts';
import { sameTemplate } from '../workload/same-template.ts';
import type { WorkloadSnapshot } from '../workload/workload.ts';
import { contractOf } from './contract-of.ts';
import type { SetWorkload } from './contracts/step-contract.ts';
import type { FoundAtStop } from './found-at-stop.ts';
import type { RunContext } from './rollback-deployment.ts';
import type { RunStep } from './run.ts';

type Releases = Pick<RunContext, 'deployment' | 'target' | 'newest'>;

/**
 * What a run leaves behind where it stopped: as the step says for itself, unless what was found at the stop says otherwise.
 * Where nobody could be asked, that is said beside it.
 */
export function leftBehindAsFound(
  { steps, deployment, target, newest, found = [] }: Pick<RunContext, 'steps' | 'found'> & Releases,
  at: RunStep,
): string {
  const { step, leavesBehind } = at.planned;
  const others = found.filter((one) => !isAsLeft(one, steps));
  const unread = others.filter(({ read }) => read.kind === 'unreachable');
  const strays = others.filter((one) => !unread.includes(one));
  const isAbout = ({ workload }: SetWorkload) =>
    !('workload' in step) || (step.workload.kind === workload.kind && step.workload.name === workload.name);
  const isWrong = strays.some((one) => isAbout(one.set));
  return [
    isWrong ? besides(at, target) : leavesBehind,
    ...[...strays, ...unread].map((one) => foundInWords(one, { deployment, target, newest })),
  ]
    .filter((said) => said !== '')
    .join(' ');
}

/** What was said beside the step's own words, as of writers that are stopped. */
function besides({ planned }: RunStep, target: Releases['target']): string {
  // A plan of a version before this one calls the target by its number alone.
  const names = [releaseName(target), `release ${target.release}`];
  return names
    .map((name) => contractOf(planned.step).leavesBehind(planned.step, name))
    .reduce((said, own) => said.replace(own, ''), planned.leavesBehind)
    .trim();
}

/** As the run's own rows say: the target where it was set, else what was there before. */
function isAsLeft({ ordinal, set, read }: FoundAtStop, steps: readonly RunStep[]): boolean {
  if (read.kind !== 'found' || read.observation.snapshot.uid !== set.uid) return false;
  const { snapshot } = read.observation;
  const isSet = steps.some((row) => row.ordinal === ordinal && row.status === 'applied');
  return isSet ? sameTemplate(set.to, snapshot) : snapshot.templateDigest === set.from;
}

function foundInWords({ set, read }: FoundAtStop, { deployment, target, newest }: Releases): string {
  const name = `${set.workload.kind} ${set.workload.name}`;
  if (read.kind === 'unreachable') return `What ${name} is set to now could not be read: ${read.reason}.`;
  if (read.kind === 'not-found') return `${name} is not there any more.`;
  const { snapshot, progress } = read.observation;
  const seen = `(${progress.sentence})`;
  if (snapshot.uid !== set.uid) return `${name} was deleted and created again ${seen}.`;
  const [from, to] = [releaseName(deployment), releaseName(target)];
  if (sameTemplate(set.to, snapshot)) return `${name} is set to ${to} now ${seen}.`;
  if (snapshot.templateDigest === set.from) return `${name} is set to ${from} now ${seen}.`;
  const images = Object.entries(snapshot.images).map(([container, image]) => `${container} ${image}`);
  return `${name} is set to neither ${from} nor ${to}: ${images.join(', ')} ${seen}. ${setByWhom(set, snapshot, newest)}`;
}

/** A release that is recorded is named; whatever else is set is somebody's. */
function setByWhom(
  { workload }: SetWorkload,
  snapshot: WorkloadSnapshot,
  newest: Releases['newest'],
): string {
  const brought = newest && changeOf(newest.changes, workload)?.after;
  const at = newest && `at ${isoInstant(newest.startedAt).slice(11, 16)} UTC`;
  if (newest && brought && sameTemplate(brought, snapshot))
    return `${releaseSubject(newest)} was deployed ${at}.`;
  // Nobody follows a service while a run is at work: what was registered is told by what it names.
  if (newest && !brought && matchesRegistration(newest, workload, snapshot) === 'yes')
    return `${releaseSubject(newest)} was registered ${at}.`;
  return 'Somebody else set it.';
}
