import type { ReadResult } from '../workload/observation.ts';
import { sameTemplate } from '../workload/same-template.ts';
import type { TemplateTarget } from './contracts/set-template.ts';
import type { RunContext } from './rollback-deployment.ts';
import type { RunStep } from './run.ts';

/** What a workload that a run sets was found to be when the run stopped. */
export interface FoundAtStop {
  ordinal: number;
  step: TemplateTarget;
  read: ReadResult;
}

/** The steps that set workloads, each with what it sets. */
export function setBy(steps: readonly RunStep[]): Omit<FoundAtStop, 'read'>[] {
  return steps.flatMap(({ ordinal, planned: { step } }) =>
    step.kind === 'set-template' ? [{ ordinal, step }] : [],
  );
}

type Releases = Pick<RunContext, 'deployment' | 'target'>;

/**
 * What a run leaves behind where it stopped: as the step says for itself, unless what was found at the stop says otherwise.
 * Where nobody could be asked, that is said beside it.
 */
export function leftBehindAsFound(
  { steps, deployment, target, found = [] }: Pick<RunContext, 'steps' | 'found'> & Releases,
  at: RunStep,
): string {
  const { step, leavesBehind } = at.planned;
  const others = found.filter((one) => !isAsLeft(one, steps));
  const unread = others.filter(({ read }) => read.kind === 'unreachable');
  const strays = others.filter((one) => !unread.includes(one));
  const isAbout = ({ workload }: TemplateTarget) =>
    !('workload' in step) || (step.workload.kind === workload.kind && step.workload.name === workload.name);
  const isWrong = strays.some((one) => isAbout(one.step));
  return [
    ...(isWrong ? [] : [leavesBehind]),
    ...[...strays, ...unread].map((one) => foundInWords(one, { deployment, target })),
  ].join(' ');
}

/** As the run's own rows say: the target where it was set, else what was there before. */
function isAsLeft({ ordinal, step, read }: FoundAtStop, steps: readonly RunStep[]): boolean {
  if (read.kind !== 'found' || read.observation.snapshot.uid !== step.uid) return false;
  const { snapshot } = read.observation;
  const isSet = steps.some((row) => row.ordinal === ordinal && row.status === 'applied');
  return isSet ? isTarget(step, snapshot) : snapshot.templateDigest === step.fromDigest;
}

function isTarget(step: TemplateTarget, snapshot: Parameters<typeof sameTemplate>[0]): boolean {
  return sameTemplate({ ...step, template: step.stored ?? step.template }, snapshot);
}

function foundInWords({ step, read }: FoundAtStop, { deployment, target }: Releases): string {
  const name = `${step.workload.kind} ${step.workload.name}`;
  if (read.kind === 'unreachable') return `What ${name} is set to now could not be read: ${read.reason}.`;
  if (read.kind === 'not-found') return `${name} is not there any more.`;
  const { snapshot, progress } = read.observation;
  const seen = `(${progress.sentence})`;
  if (snapshot.uid !== step.uid) return `${name} was deleted and created again ${seen}.`;
  const [from, to] = [`release ${deployment.release}`, `release ${target.release}`];
  if (isTarget(step, snapshot)) return `${name} is set to ${to} now ${seen}.`;
  if (snapshot.templateDigest === step.fromDigest) return `${name} is set to ${from} now ${seen}.`;
  const images = Object.entries(snapshot.images).map(([container, image]) => `${container} ${image}`);
  return `${name} is set to neither ${from} nor ${to}: ${images.join(', ')} ${seen}. Somebody else set it.`;
}
