import type { Watched } from '../decision/watched.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { Service } from '../service/service.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { BacktestLabel } from './backtest-deployment.ts';
import type { TrialAnswers } from './run-trial.ts';

/** A deployment of the past, and the slots in which it was watched. */
export interface PastWatch {
  deployment: Deployment;
  service: Service;
  /** Until when it is judged, itself excluded: its watch was over, another one came. */
  until: number;
  /** Its watch went on for longer than that. */
  isShortened?: boolean;
  /** The slots that are looked at, in any order. */
  slots: readonly number[];
}

/** That, with what its source answered. */
export interface PastDeployment extends PastWatch {
  label: BacktestLabel;
  /** When it was known to be bad: rolled back, or marked; null for the others, and where nobody knows. */
  badAt: number | null;
  answers: Pick<TrialAnswers, 'part' | 'partSamples' | 'samples'>;
}

/** Those of its own time, each once, in order. */
export function watchedSlots({ slots, deployment, until }: PastWatch): number[] {
  const own = slots.filter((slot) => slot >= deployment.startedAt && slot < until);
  return [...new Set(own)].sort((a, b) => a - b);
}

/** As it was watched: that its watch was closed later says nothing of what it was asked then. */
export function watchedAnew(trigger: RollbackTrigger, past: PastWatch): Watched {
  return {
    deployment: { ...past.deployment, watchClosedAt: null },
    ...{ service: past.service, triggers: [{ trigger, state: null }], lastAttemptAt: null },
    ...{ activeRunId: null, isTakenBack: false, lastKnownGood: null, between: [], lastDecision: null },
    ...{ acknowledgement: null, dependencyEvidence: [] },
  };
}
