import { formatReading, formatSpan, formatValue } from '../../trigger/format.ts';
import { type CopyMeasure, type CopyReading, sickerThan } from './copies.ts';
import { setWeight, type WeightSeen, type WeightTarget, weightsInWords } from './set-weight.ts';
import {
  asBefore,
  asWeights,
  fullStage,
  isDead,
  notEnough,
  percentOf,
  positionOf,
  routeWithRule,
  type StagedTarget,
  stagedRecord,
  stageOf,
  strayed,
  trafficBack,
} from './staged-traffic.ts';
import { lookWithinMs, type StepContract } from './step-contract.ts';

/** What stands between one stage and the next. */
export interface HeldStage extends StagedTarget {
  /** So long the stage lasts at least, in milliseconds. */
  soakMs: number;
  /** Null where nothing tells the copies apart: then only endpoints and time are looked at. */
  errors: CopyMeasure | null;
  latency: CopyMeasure | null;
  /** Errors of the copy that is left above which all traffic goes back at once; null where nothing says so. */
  jumpAbove: number | null;
  /** A person who wants all of it at once. */
  hurriedBy?: string;
}

export interface HeldSeen {
  route: WeightSeen;
  /** How long the stage has lasted, in milliseconds. */
  heldForMs: number;
  /** Null where nothing is asked. */
  errors: { to: CopyReading; other: CopyReading } | null;
  latency: CopyReading | null;
}

/** What a look at a stage comes to. */
type Judged =
  | { kind: 'passed' }
  | { kind: 'paused'; note: string }
  /** Everything goes back to the copy now, or back to the other one. */
  | { kind: 'at-once' | 'lead-back'; note: string };

/**
 * The gate of a stage: the copy has served its share for the time it should, is ready for the next one, and answers well and
 * quickly. What is not known does not pass. Readings that look back before the stage prove nothing of it; errors of the copy
 * that is left have risen whenever they did, so they need not be as young.
 */
export const holdStage: StepContract<'hold-stage', HeldStage, HeldSeen> = {
  kind: 'hold-stage',
  isDone(step, seen) {
    const at = positionOf(step, seen.route.weights) ?? -1;
    if (seen.route.uid !== step.uid || at < step.stage) return false;
    if (!setWeight.isDone(asWeights(step, at, seen.route.weights), seen.route)) return false;
    return at > step.stage || judgeStage(step, seen).kind === 'passed';
  },
  refusal: (step, seen) => strayed(step, seen.route, step.stage, sickness(step, seen)),
  blockedBy(step, seen) {
    if (positionOf(step, seen.route.weights) !== step.stage) return null;
    const judged = judgeStage(step, seen);
    return judged.kind === 'paused' ? judged.note : null;
  },
  waitsFor: (step, { route }) =>
    (positionOf(step, route.weights) ?? -1) > step.stage
      ? setWeight.waitsFor(asWeights(step, fullStage(step), route.weights), route, '')
      : null,
  inWords: (step, seen) => [weightsInWords(seen.route.weights), ...readingsInWords(step, seen)].join('; '),
  limits: { scheduleToStartMs: lookWithinMs, startToCloseMs: 10 * 60_000, heartbeatMs: 30_000 },
  lookAgainMs: 2_000,
  leavesBehind: (step) =>
    `${routeWithRule(step)} splits traffic ${weightsInWords(stageOf(step))}: both versions serve.`,
  usualMs: 30_000,
  looksOnly: null,
  family: 'traffic',
  schema: 'needs',
  hurried: (step, by) => (step.hurriedBy === undefined ? { ...step, hurriedBy: by } : null),
  goesBack: trafficBack,
  record: (step) => stagedRecord(step),
};

/** Which weights are to be written now, and why. */
export function weightsToLeave(step: HeldStage, seen: HeldSeen): { target: WeightTarget; why: string } {
  const judged = judgeStage(step, seen);
  const from = seen.route.weights;
  const target = judged.kind === 'lead-back' ? asBefore(step, from) : asWeights(step, fullStage(step), from);
  return { target, why: 'note' in judged ? judged.note : '' };
}

/** What is worse comes first: a copy that is sick, then one that gets worse, then what is only not well yet. */
export function judgeStage(step: HeldStage, seen: HeldSeen): Judged {
  const sick = sickness(step, seen);
  if (sick !== null) return { kind: 'lead-back', note: `${sick}: led back to ${step.other.name}` };
  const hurry = whyHurried(step, seen);
  if (hurry !== null) {
    const sicker = step.hurriedBy === undefined ? sickerCopy(step, seen) : null;
    if (sicker !== null) return { kind: 'paused', note: sicker };
    const lacking = notEnough(step, seen.route, fullStage(step));
    if (lacking !== null) return { kind: 'paused', note: `${hurry}; ${lacking}` };
    return { kind: 'at-once', note: `${hurry}: went to 100 % at once` };
  }
  const note =
    notSoaked(step, seen) ?? notEnough(step, seen.route, step.stage + 1) ?? notWell(step, seen) ?? null;
  return note === null ? { kind: 'passed' } : { kind: 'paused', note };
}

/** Of errors only where the stage has lasted as it should: a copy that warms up may begin badly. */
function sickness(step: HeldStage, seen: HeldSeen): string | null {
  const dead = isDead(step, seen.route);
  if (dead !== null) return dead;
  if (!seen.errors || seen.heldForMs < step.soakMs) return null;
  const { to, other } = seen.errors;
  return isOfStage(to, seen) && isOfStage(other, seen) ? compared(step, to, other) : null;
}

function compared(step: HeldStage, to: CopyReading, other: CopyReading): string | null {
  const [own, its] = [to, other].map(({ reading }) => ({ ready: null, errors: reading }));
  return own && its ? sickerThan([step.to.name, own], [step.other.name, its], step.errors) : null;
}

/**
 * Why nobody but a person sends everything to the copy now, although errors of the other one rose: it may be cold only, and
 * once the stage has had its time it is left, if it is as sick still. Numbers are left out, so that the pause is one sentence.
 */
function sickerCopy(step: HeldStage, { errors }: HeldSeen): string | null {
  if (!errors || compared(step, errors.to, errors.other) === null) return null;
  const { to, other } = step;
  return `paused: errors of ${other.name} rose, but those of ${to.name} are higher still: not all of it goes there`;
}

function whyHurried(step: HeldStage, { errors }: HeldSeen): string | null {
  const { jumpAbove, other, hurriedBy } = step;
  const reading = errors?.other.reading;
  if (jumpAbove !== null && reading?.kind === 'value' && reading.value > jumpAbove) {
    const unit = step.errors?.unit ?? '';
    return `errors of ${other.name} rose to ${formatValue(reading.value, unit)} (above ${formatValue(jumpAbove, unit)})`;
  }
  return hurriedBy === undefined ? null : `${hurriedBy} asked for all of it`;
}

function notSoaked(step: HeldStage, { heldForMs }: HeldSeen): string | null {
  if (heldForMs >= step.soakMs) return null;
  return `${percentOf(step)} for ${formatSpan(step.soakMs)}, then the gate is judged`;
}

function notWell(step: HeldStage, seen: HeldSeen): string | null {
  const { errors, latency, to } = step;
  return (
    (errors && notMet(`errors of ${to.name}`, errors, seen.errors?.to, seen)) ??
    (latency && notMet(`${to.name}`, latency, seen.latency, seen))
  );
}

/** Numbers change from look to look and are left out: the same pause is the same sentence. */
function notMet(
  what: string,
  { atMost, unit }: CopyMeasure,
  read: CopyReading | null | undefined,
  seen: HeldSeen,
): string | null {
  const limit = formatValue(atMost, unit);
  if (!read) return `paused: ${what}: not asked yet`;
  if (read.reading.kind !== 'value') return `paused: ${what}: ${formatReading(read.reading, unit)}`;
  if (!isOfStage(read, seen)) return `paused: ${what}: what is measured looks back before this stage`;
  if (read.reading.value <= atMost) return null;
  return unit === 's'
    ? `paused: ${what} takes longer than ${limit} to answer`
    : `paused: ${what} are above ${limit}`;
}

function isOfStage({ looksBackMs }: CopyReading, { heldForMs }: HeldSeen): boolean {
  return looksBackMs <= heldForMs;
}

function readingsInWords({ errors, latency, to, other }: HeldStage, seen: HeldSeen): string[] {
  const said: string[] = [];
  if (errors && seen.errors) {
    const own = formatReading(seen.errors.to.reading, errors.unit);
    said.push(
      `errors of ${to.name} ${own}, of ${other.name} ${formatReading(seen.errors.other.reading, errors.unit)}`,
    );
  }
  if (latency && seen.latency)
    said.push(`${to.name} answers within ${formatReading(seen.latency.reading, latency.unit)}`);
  return said;
}
