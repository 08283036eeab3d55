import type { BacktestedDeployment, EvaluationRules, MetricHistory, RollbackTrigger } from '@lastgood/domain';
import { backtestSlots } from '@lastgood/domain/trial/backtest';
import type { PastDeployment, PastWatch } from '@lastgood/domain/trial/past-deployment';
import { type PastRules, pastPlan } from '@lastgood/domain/trial/past-questions';
import type { Clock } from '../clock.ts';
import { readStretches } from './read-stretches.ts';

export interface BacktestDependencies {
  metrics: MetricHistory;
  clock: Clock;
  settings: EvaluationRules &
    Omit<PastRules, 'now'> & {
      /** For so long the source is asked; what it has not answered by then could not be read. */
      deadlineMs: number;
    };
}

/** A deployment of the past with the trigger that it is judged by. */
export interface BacktestCase extends PastWatch, Pick<PastDeployment, 'label' | 'badAt'> {
  trigger: RollbackTrigger;
}

/** So many slots are judged before others have their turn. */
const slotsAtOnce = 20;

/**
 * What triggers would have made of deployments of the past: ask, fetch, judge, one deployment after the other. Ends early, without the
 * rest, when the signal aborts; after its deadline nothing more is asked, and the rest is judged as unread.
 */
export async function* backtestEach(
  deps: BacktestDependencies,
  cases: Iterable<BacktestCase>,
  signal: AbortSignal,
): AsyncGenerator<BacktestedDeployment, void> {
  const { clock, settings } = deps;
  const [over, ended] = [new AbortController(), new AbortController()];
  void clock.sleep(settings.deadlineMs, ended.signal).then(() => {
    const reason = `it was not read within ${Math.round(settings.deadlineMs / 1000)} s`;
    if (!ended.signal.aborted) over.abort(new Error(reason));
  });
  const limit = AbortSignal.any([signal, over.signal]);
  try {
    for (const one of cases) {
      const plan = pastPlan(one.trigger, one, { ...settings, now: clock.now() });
      const answered = await readStretches(deps.metrics, plan.questions, limit);
      if (signal.aborted) return;
      const judged = await judge(deps, { ...one, answers: plan.answers(answered) }, signal);
      if (!judged) return;
      yield judged;
    }
  } finally {
    ended.abort();
  }
}

async function judge(
  { clock, settings }: BacktestDependencies,
  past: PastDeployment & BacktestCase,
  signal: AbortSignal,
): Promise<BacktestedDeployment | null> {
  const slots = backtestSlots(past.trigger, past, settings);
  for (let count = 1; ; count += 1) {
    const next = slots.next();
    if (next.done) return next.value;
    if (count % slotsAtOnce === 0) await clock.sleep(0, signal);
    if (signal.aborted) return null;
  }
}
