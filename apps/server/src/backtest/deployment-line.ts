import {
  type BacktestedDeployment,
  type BacktestPoint,
  countsInScore,
  plainKind,
  type RollbackTrigger,
} from '@lastgood/domain';
import { formatReading, formatSpan } from '@lastgood/domain/trigger/format';
import { firesInWords } from '@lastgood/domain/trigger/limit';
import type { BacktestDeployment } from '../endpoints/triggers/backtest-schema.ts';
import { iso, seconds } from '../wire/instant.ts';
import type { LabelledCase } from './backtest-cases.ts';
import { timeInWords } from './time-in-words.ts';

/** A chart has no more pixels to tell them apart. */
const mostPoints = 240;

export function toBacktestDeployment(own: LabelledCase, tested: BacktestedDeployment): BacktestDeployment {
  const { deployment, service, trigger, label, words: labelWords, badAt, until } = own;
  const { outcome, firings, leadMs, points, read, answered, unread } = tested;
  const { kind = plainKind, threshold, comparison, unit } = trigger;
  const slotsPerPoint = Math.max(1, Math.ceil(points.length / mostPoints));
  return {
    type: 'deployment',
    ...{ deploymentId: deployment.id, service: service.key, serviceName: service.name },
    ...{ release: deployment.release, version: deployment.version },
    ...{ startedAt: iso(deployment.startedAt), until: iso(until) },
    ...{ label, labelWords, badAt: iso(badAt), outcome, words: wordsOf(own, tested) },
    counts: countsInScore(tested),
    isPartlyRead: tested.isPartlyRead,
    trigger: { kind, threshold, comparison, unit, limit: firesInWords(trigger) },
    firings: firings.map(({ firedAt, resolvedAt, heldMs, reading }) => ({
      ...{ firedAt: iso(firedAt), resolvedAt: iso(resolvedAt), heldSeconds: seconds(heldMs) },
      text: reading ? formatReading(reading, unit) : '',
    })),
    leadSeconds: leadMs === null ? null : seconds(leadMs),
    slots: { due: points.length, read, answered },
    unread: unread.slice(0, 5),
    slotsPerPoint,
    points: worstOfEach(points, slotsPerPoint, trigger).map(toPoint),
  };
}

/** As of the readings of a deployment. Infinity has no place on a chart's axis: a gap whose kind says `value`. */
function toPoint({ slot, reading, phase, heldMs }: BacktestPoint): BacktestDeployment['points'][number] {
  const isDrawn = reading.kind === 'value' && Number.isFinite(reading.value);
  return {
    ...{ at: iso(slot), value: isDrawn ? reading.value : null, kind: reading.kind },
    ...{ phase, heldSeconds: seconds(heldMs) },
  };
}

function worstOfEach(
  points: readonly BacktestPoint[],
  each: number,
  { comparison }: Pick<RollbackTrigger, 'comparison'>,
): BacktestPoint[] {
  if (each === 1) return [...points];
  const towards = comparison === 'greater_than' ? 1 : -1;
  const weight = ({ reading }: BacktestPoint) =>
    reading.kind === 'value' ? reading.value * towards : Number.NEGATIVE_INFINITY;
  const isWorse = (one: BacktestPoint, other: BacktestPoint) =>
    phases.indexOf(one.phase) - phases.indexOf(other.phase) || (weight(one) > weight(other) ? 1 : 0);
  return Array.from({ length: Math.ceil(points.length / each) }, (_, group) =>
    points.slice(group * each, (group + 1) * each),
  ).flatMap(([first, ...others]) =>
    first ? [others.reduce((worst, one) => (isWorse(one, worst) > 0 ? one : worst), first)] : [],
  );
}

const phases = ['unknown', 'inactive', 'pending', 'firing'];

function wordsOf(own: LabelledCase, tested: BacktestedDeployment): string {
  const { outcome, isPartlyRead, points, unread, read } = tested;
  const lacking = `${points.length - read} of ${points.length} slots could not be read (${unread[0]?.reason ?? 'no answer'})`;
  switch (outcome) {
    case 'fired':
      return `${firesWords(own, tested)}${isPartlyRead ? `; not counted: ${lacking}` : ''}`;
    case 'quiet':
      return quietWords(own, tested);
    case 'silent':
      return `${quietWords(own, tested)}: nothing to judge was answered${own.label === 'good' ? ', which proves nothing' : ''}`;
    case 'unread':
      return `cannot be told: ${lacking}`;
    case 'not_due':
      return 'cannot be told: its watch was over before the trigger is asked';
  }
}

function firesWords({ deployment }: LabelledCase, { firings, leadMs }: BacktestedDeployment): string {
  const [first] = firings;
  const after = formatSpan((first?.firedAt ?? deployment.startedAt) - deployment.startedAt);
  const fires = `fires ${after} after it began${firings.length > 1 ? `, ${firings.length} times in all` : ''}`;
  if (leadMs === null) return fires;
  if (Math.abs(leadMs) < 1_000) return `${fires}, just when it was known to be bad`;
  return `${fires}, ${formatSpan(Math.abs(leadMs))} ${leadMs < 0 ? 'after' : 'before'} it was known to be bad`;
}

function quietWords(
  { deployment, isShortened, until }: LabelledCase,
  { isLeftOpen, label }: BacktestedDeployment,
): string {
  if (!isShortened) return 'does not fire';
  const first = `does not fire in the first ${timeInWords(until - deployment.startedAt)}`;
  return isLeftOpen && label !== null ? `${first}, and no more of its watch is judged: not counted` : first;
}
