import { scoreOf } from '@lastgood/domain/trial/score';
import { type BacktestDependencies, backtestEach } from '@lastgood/engine';
import type { BacktestLine } from '../endpoints/triggers/backtest-schema.ts';
import type { BacktestPlan } from './backtest-cases.ts';
import { toBacktestDeployment } from './deployment-line.ts';
import type { Judged } from './judged.ts';
import { toBacktestResult } from './result-line.ts';
import { withPulse } from './with-pulse.ts';

const pulseMs = 2_000;

/** Progress, each deployment as it is judged, and the result. */
export async function* backtestLines(
  deps: BacktestDependencies,
  plan: BacktestPlan,
  signal: AbortSignal,
): AsyncGenerator<BacktestLine, void> {
  const judged: Judged[] = [];
  const progress = (): BacktestLine => {
    const { length: of } = plan.cases;
    const words = `${judged.length} of ${of} deployment${of === 1 ? '' : 's'}`;
    return { type: 'progress', done: judged.length, of, words };
  };
  yield progress();
  yield* withPulse(deploymentLines(deps, plan, judged, progress, signal), pulseMs, progress);
  if (signal.aborted) return;
  const { intervalMs } = deps.settings;
  yield toBacktestResult(plan, judged, { intervalMs, score: scoreOf(judged, intervalMs) });
}

async function* deploymentLines(
  deps: BacktestDependencies,
  { cases }: BacktestPlan,
  judged: Judged[],
  progress: () => BacktestLine,
  signal: AbortSignal,
): AsyncGenerator<BacktestLine, void> {
  for await (const tested of backtestEach(deps, cases, signal)) {
    const own = cases[judged.length];
    if (!own) return;
    const { label, outcome, firings, leadMs, answered, isPartlyRead, isLeftOpen, unread } = tested;
    judged.push({
      ...{ label, outcome, firings, leadMs, answered, isPartlyRead, isLeftOpen },
      case: own,
      unread: unread[0]?.reason ?? null,
    });
    yield toBacktestDeployment(own, tested);
    yield progress();
  }
}
