import type { Watched } from '../decision/watched.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { Service } from '../service/service.ts';
import type { EvaluationRules } from '../trigger/advance-trigger.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { BacktestedDeployment, BacktestLabel, BacktestPoint, Firing } from './backtest-deployment.ts';
import { asKept, judgeTriggers, type Trial, type TrialAnswers } from './run-trial.ts';
import { type BacktestScore, scoreOf } from './score.ts';

/*
 * What a trigger would have said of the deployments of the past, by what their source still knows: the trigger machine over recorded
 * samples, deployment by deployment, each begun anew. Whether it would have acted is not judged: cooldown, brakes and vetoes of then
 * are not known to it. A slot of which nothing was read was missed, as on the day.
 */

/** A deployment of the past. */
export interface PastDeployment {
  deployment: Deployment;
  service: Service;
  label: BacktestLabel;
  /** When it was known to be bad: rolled back, or marked; null for the others, and where nobody knows. */
  badAt: number | null;
  /** Until when it is judged, itself excluded: its watch was over, another one came. */
  until: number;
  /** The slots that were read, in any order. */
  slots: readonly number[];
  answers: Pick<TrialAnswers, 'part' | 'samples'>;
}

export interface Backtest extends BacktestScore {
  deployments: BacktestedDeployment[];
}

export function backtest(
  trigger: RollbackTrigger,
  past: readonly PastDeployment[],
  rules: EvaluationRules,
): Backtest {
  const deployments = past.map((one) => backtestOne(trigger, one, rules));
  return { deployments, ...scoreOf(deployments, rules.intervalMs) };
}

function backtestOne(
  trigger: RollbackTrigger,
  past: PastDeployment,
  rules: EvaluationRules,
): BacktestedDeployment {
  const { deployment, label, badAt } = past;
  const trial = {
    rules: { ...rules, standingMs: rules.intervalMs },
    answers: { ...past.answers, before: () => null },
  } satisfies Pick<Trial, 'rules' | 'answers'>;
  let watched = watchedAnew(trigger, past);
  const firings: Firing[] = [];
  const points: BacktestPoint[] = [];
  for (const slot of slotsOf(past)) {
    const judged = judgeTriggers(trial, watched, slot);
    watched = { ...watched, triggers: asKept(judged) };
    for (const { reading, state, events } of judged) {
      if (!reading) continue;
      points.push({ slot, reading, phase: state.phase, heldMs: state.heldMs });
      for (const { type } of events) {
        if (type === 'fired')
          firings.push({ firedAt: slot, resolvedAt: null, heldMs: state.heldMs, reading });
        const open = firings.at(-1);
        // A breach that ends before it fires is resolved, too.
        const isOver = type === 'resolved' || type === 'ended';
        if (isOver && open?.resolvedAt === null) open.resolvedAt = slot;
      }
    }
  }
  const [first] = firings;
  const leadMs = badAt === null || !first ? null : badAt - first.firedAt;
  return { deploymentId: deployment.id, label, firings, leadMs, points };
}

/** Those of its own time, each once, in order. */
function slotsOf({ slots, deployment, until }: PastDeployment): number[] {
  const own = slots.filter((slot) => slot >= deployment.startedAt && slot < until);
  return [...new Set(own)].sort((a, b) => a - b);
}

function watchedAnew(trigger: RollbackTrigger, { deployment, service }: PastDeployment): Watched {
  return {
    ...{ deployment, service, triggers: [{ trigger, state: null }], lastAttemptAt: null, activeRunId: null },
    ...{ isTakenBack: false, lastKnownGood: null, between: [], lastDecision: null, acknowledgement: null },
    dependencyEvidence: [],
  };
}
