import {
  type Deployment,
  type MetricSource,
  type Reading,
  type RollbackTrigger,
  type Service,
  variablesOf,
} from '@lastgood/domain';
import type { DeclarationFault } from './declaration-faults.ts';

/** A service a trigger is tried with. */
export interface Trial {
  service: Service;
  latest: Deployment | null;
}

interface TriggersToTry {
  triggers: readonly RollbackTrigger[];
  trials: readonly Trial[];
  at: number;
  signal: AbortSignal;
}

export interface TrialResult {
  /** Answers that can never be judged. */
  faults: DeclarationFault[];
  /** What a person should look at before relying on it. */
  warnings: string[];
}

/**
 * Asks each trigger once, as it would be asked. One that answers many series is refused: it would never act. One that
 * answers nothing for every service, or cannot be asked now, is a warning. A name that is not known yet says nothing.
 */
export async function tryTriggers(
  metrics: MetricSource,
  { triggers, trials, at, signal }: TriggersToTry,
): Promise<TrialResult> {
  const asked = triggers.flatMap((trigger, index) =>
    trials.filter((trial) => applies(trigger, trial)).map((trial) => ({ trigger, index, trial })),
  );
  const questions = asked.map(({ trigger, trial }) => ({
    template: trigger.query,
    variables: variablesOf(trial.service, trial.latest),
  }));
  const answers = questions.length === 0 ? [] : await metrics.read(questions, at, signal);
  const result: TrialResult = { faults: [], warnings: [] };
  triggers.forEach((trigger, index) => {
    const readings = asked.flatMap((one, at) =>
      one.index === index ? [{ trial: one.trial, reading: answers[at]?.reading }] : [],
    );
    judge(trigger, index, readings.filter(isKnown), result);
  });
  return result;
}

interface Tried {
  trial: Trial;
  reading: Reading;
}

function isKnown(one: { trial: Trial; reading: Reading | undefined }): one is Tried {
  const { reading } = one;
  return (
    reading !== undefined && !(reading.kind === 'unreachable' && reading.reason.includes('not known yet'))
  );
}

function judge(trigger: RollbackTrigger, index: number, tried: readonly Tried[], result: TrialResult): void {
  if (tried.length === 0) return;
  const many = tried.find(({ reading }) => reading.kind === 'ambiguous');
  if (many?.reading.kind === 'ambiguous') {
    result.faults.push({
      path: `/triggers/${index}/query`,
      message: `answers ${many.reading.count} series for ${many.trial.service.key}; a trigger needs one. Aggregate it, for example with sum(...).`,
    });
    return;
  }
  const down = tried.find(({ reading }) => reading.kind === 'unreachable');
  if (down?.reading.kind === 'unreachable')
    result.warnings.push(`${trigger.name} could not be tried: ${down.reading.reason}.`);
  else if (tried.every(({ reading }) => reading.kind === 'no-data')) {
    result.warnings.push(
      `${trigger.name} answers nothing for ${tried.length === 1 ? tried[0]?.trial.service.key : `any of ${tried.length} services`} now: check its metric and label names.`,
    );
  }
}

function applies({ workloadKinds }: RollbackTrigger, { service }: Trial): boolean {
  return !workloadKinds || service.workloads.some(({ kind }) => workloadKinds.includes(kind));
}
