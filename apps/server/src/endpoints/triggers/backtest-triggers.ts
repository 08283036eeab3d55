import { Type } from 'typebox';
import { planBacktest } from '../../backtest/backtest-cases.ts';
import { backtestLines } from '../../backtest/backtest-lines.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { ref } from '../../wire/named.ts';
import { defineEndpoint, type Lines } from '../endpoint.ts';
import { BacktestInput, BacktestLine } from './backtest-schema.ts';

/** Within what one exchange may take (`ConnectionLimits`), and what a person waits for. */
const deadlineMs = 90_000;

export const backtestTriggers = defineEndpoint({
  operationId: 'backtestTriggers',
  method: 'POST',
  url: '/triggers/backtest',
  lane: 'asking',
  tag: 'triggers',
  summary: 'When a trigger would have fired on the deployments of the past; nothing is saved',
  description: `Answers in lines while it goes on: progress, each deployment as it is judged, and at last the result. Closing the connection calls it off. After ${deadlineMs / 1000} s nothing more is read. Give \`trigger\`, which need not be saved, or the \`name\` of one that is in force.`,
  body: BacktestInput,
  answer: Type.Unsafe<Lines<BacktestLine>>(ref(BacktestLine)),
  inLines: true,
  async handle(deps, { body, gone = new AbortController().signal }) {
    const plan = await planBacktest(deps, body);
    const leave = deps.backtests.enter();
    if (!leave)
      throw new ProblemError(
        429,
        'too-many-requests',
        'As many backtests as may be are under way here. Ask again in 10 s.',
        { retryAfter: 10 },
      );
    // However the exchange ends, and be it before the first line.
    gone.addEventListener('abort', leave, { once: true });
    if (gone.aborted) leave();
    const { metrics, clock, settings } = deps;
    const rules = { ...settings.judging, deadlineMs };
    return leaving(backtestLines({ metrics, clock, settings: rules }, plan, gone), leave);
  },
});

async function* leaving(lines: Lines<BacktestLine>, leave: () => void): AsyncGenerator<BacktestLine, void> {
  try {
    yield* lines;
  } finally {
    leave();
  }
}
