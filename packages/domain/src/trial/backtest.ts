import type { EvaluationRules } from '../trigger/advance-trigger.ts';
import { isUnusable } from '../trigger/reading.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import {
  type BacktestedDeployment,
  type BacktestPoint,
  backtestOutcomeOf,
  type Firing,
  isPartlyRead,
} from './backtest-deployment.ts';
import { type PastDeployment, watchedAnew, watchedSlots } from './past-deployment.ts';
import { asKept, judgeTriggers, type Trial, type TriedTrigger } from './run-trial.ts';
import { type BacktestScore, scoreOf } from './score.ts';

/*
 * What a trigger would have said of the deployments of the past, by what their source still knows: the trigger machine over recorded
 * samples, deployment by deployment, each begun anew. Whether it would have acted is not judged: cooldown, brakes and vetoes of then
 * are not known to it. A slot of which nothing was read was missed, as on the day.
 */

export interface Backtest extends BacktestScore {
  deployments: BacktestedDeployment[];
}

export function backtest(
  trigger: RollbackTrigger,
  past: readonly PastDeployment[],
  rules: EvaluationRules,
): Backtest {
  const deployments = past.map((one) => {
    const slots = backtestSlots(trigger, one, rules);
    for (let next = slots.next(); ; next = slots.next()) if (next.done) return next.value;
  });
  return { deployments, ...scoreOf(deployments, rules.intervalMs) };
}

/** One deployment, a slot at each step, so that others may have their turn between two. */
export function* backtestSlots(
  trigger: RollbackTrigger,
  past: PastDeployment,
  rules: EvaluationRules,
): Generator<void, BacktestedDeployment> {
  const trial = {
    rules: { ...rules, standingMs: rules.intervalMs },
    answers: { ...past.answers, before: () => null },
  } satisfies Pick<Trial, 'rules' | 'answers'>;
  let watched = watchedAnew(trigger, past);
  const found: Found = { firings: [], points: [], answered: 0 };
  for (const slot of watchedSlots(past)) {
    const judged = judgeTriggers(trial, watched, slot);
    watched = { ...watched, triggers: asKept(judged) };
    for (const one of judged) note(found, one, slot);
    yield;
  }
  return concluded(past, found);
}

interface Found extends Pick<BacktestedDeployment, 'firings' | 'points' | 'answered'> {
  firings: Firing[];
  points: BacktestPoint[];
}

function note(found: Found, { reading, state, events }: TriedTrigger, slot: number): void {
  if (!reading) return;
  const { phase, heldMs } = state;
  found.points.push({ slot, reading, phase, heldMs });
  // A number is something, also one in breach on too few samples; what a policy makes of none, too.
  if (reading.kind === 'value' || (!isUnusable(reading) && state.lastJudgedSlot === slot))
    found.answered += 1;
  for (const { type } of events) {
    if (type === 'fired') found.firings.push({ firedAt: slot, resolvedAt: null, heldMs, reading });
    const open = found.firings.at(-1);
    // A breach that ends before it fires is resolved, too.
    const isOver = type === 'resolved' || type === 'ended';
    if (isOver && open?.resolvedAt === null) open.resolvedAt = slot;
  }
}

function concluded(past: PastDeployment, found: Found): BacktestedDeployment {
  const { deployment, label, badAt, until, isShortened = false } = past;
  const { firings, points } = found;
  const reasons = points.flatMap(({ reading }) => (reading.kind === 'unreachable' ? reading.reason : []));
  const unread = [...Map.groupBy(reasons, (reason) => reason)]
    .map(([reason, { length: slots }]) => ({ reason, slots }))
    .sort((a, b) => b.slots - a.slots);
  const [first] = firings;
  const counted = { ...found, read: points.length - reasons.length };
  return {
    ...{ deploymentId: deployment.id, label, ...counted, outcome: backtestOutcomeOf(counted), unread },
    isPartlyRead: isPartlyRead(counted),
    isLeftOpen: isShortened && (badAt === null || badAt > until),
    leadMs: badAt === null || !first ? null : badAt - first.firedAt,
  };
}
