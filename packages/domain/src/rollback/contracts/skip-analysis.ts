import { sameTemplate } from '../../workload/same-template.ts';
import { type DeliverySeen, type DeliveryTarget, deliveryGone, deliveryName } from './delivery.ts';
import { followStored } from './follow-stored.ts';
import { requestLimits, type StepContract } from './step-contract.ts';
import type { StableTarget } from './wait-until-stable.ts';

/** Whether a delivery controller promotes what comes next without its steps and analysis. */
export interface AnalysisTarget extends DeliveryTarget {
  /** Null: as if nothing had been written about it. */
  skip: boolean | null;
  /** The controller forgets it with every new template, so that it has to be said after the controller saw the target. */
  afterTemplate: boolean;
  /** What alone may be promoted so; absent where it is said before the template is set, and in runs from before it was kept. */
  target?: Required<Pick<StableTarget, 'workload' | 'template' | 'templateDigest' | 'imageDigests'>>;
}

/**
 * A known good version needs no analysis, and would wait for hours in it. Never said while the version that is taken back is
 * being brought out: that would promote it at once.
 */
export const skipAnalysis: StepContract<'skip-analysis', AnalysisTarget, DeliverySeen> = {
  kind: 'skip-analysis',
  isDone: (step, seen) =>
    seen.uid === step.uid &&
    !isDangerous(step, seen) &&
    namesTarget(step, seen) === true &&
    (isSet(step, seen) || isPast(step, seen)),
  refusal(step, seen) {
    const gone = deliveryGone(step, seen);
    if (gone) return gone;
    if (isOfAnother(step, seen)) return otherVersion(step, seen);
    if (!isDangerous(step, seen)) return null;
    return {
      reason: `${step.controller} is bringing out ${step.revision}, which is to be taken back: without its analysis it would be promoted at once.`,
      advice: `Abort it in ${step.controller}, then resume.`,
    };
  },
  blockedBy(step, seen) {
    if (seen.phase === 'ending') return `waits until ${step.controller} has ended its promotion`;
    const isUnseen = step.afterTemplate && (seen.revision === step.revision || !seen.observed);
    if (namesTarget(step, seen) === null)
      return `waits until the template of ${deliveryName(step)} can be read`;
    return isUnseen ? `waits until ${step.controller} has seen the target` : null;
  },
  waitsFor: () => null,
  inWords: (step, { skipsAnalysis, sentence }) =>
    `${deliveryName(step)} ${skipsAnalysis ? 'promotes without analysis' : 'analyses what it promotes'}; ${sentence}`,
  limits: { ...requestLimits, startToCloseMs: 15 * 60_000 },
  lookAgainMs: 1_000,
  leavesBehind: (step) =>
    step.skip
      ? `${deliveryName(step)} may promote what comes next without analysis already.`
      : `${deliveryName(step)} may still promote what comes next without analysis: put spec.skipAnalysis back as it was.`,
  usualMs: 1_000,
  looksOnly: null,
  follow: (step, stored) => (step.target ? { ...step, target: followStored(step.target, stored) } : step),
  setsAside: (step) => (step.skip && !step.afterTemplate ? [analysisOf(step)] : []),
  putsBack: (step) => (step.skip ? [] : [analysisOf(step)]),
};

/** Whether what it is to bring out is the target; null where nobody has read that. */
function namesTarget({ target }: AnalysisTarget, { names }: DeliverySeen): boolean | null {
  if (!target) return true;
  const { imageDigests } = target;
  return names ? sameTemplate(target, { ...names, imageDigests }) : null;
}

/** Somebody has deployed past the rollback: what they bring out is nobody's to promote without its analysis. */
function isOfAnother(step: AnalysisTarget, seen: DeliverySeen): boolean {
  if (step.skip !== true) return false;
  if (step.afterTemplate) return namesTarget(step, seen) === false;
  return step.revision !== '' && seen.revision !== step.revision;
}

function otherVersion(step: AnalysisTarget, { sentence }: DeliverySeen) {
  return {
    reason: `${deliveryName(step)} brings out another version than the target (${sentence}): somebody deployed it, and without its analysis it would be promoted at once.`,
    advice: 'Look at the newest deployment of this service before anything else.',
  };
}

/** Null and false are the same to the controller, and are told apart for whoever compares manifests. */
function isSet(step: AnalysisTarget, { skipsAnalysis, revision }: DeliverySeen): boolean {
  return skipsAnalysis === step.skip && !(step.afterTemplate && revision === step.revision);
}

/** The target is promoted: there is no analysis left to skip. */
function isPast(step: AnalysisTarget, seen: DeliverySeen): boolean {
  return step.afterTemplate && seen.observed && seen.revision !== step.revision && seen.phase === 'promoted';
}

function isDangerous(step: AnalysisTarget, { revision, phase }: DeliverySeen): boolean {
  return step.skip === true && revision === step.revision && phase === 'bringing-out' && !step.afterTemplate;
}

function analysisOf(step: AnalysisTarget) {
  return { uid: `${step.uid}/analysis`, name: `the analysis of ${deliveryName(step)}` };
}
