import type { BacktestScore } from '@lastgood/domain/trial/score';
import type { BacktestPlan } from './backtest-cases.ts';
import { timeInWords } from './time-in-words.ts';

/*
 * Deployments are watched for a few minutes each: a rate by that time is a hundred times what a calendar week brings, and who reads it takes
 * it for the latter.
 */

const weekMs = 7 * 86_400_000;

type Asked = Pick<BacktestPlan, 'from' | 'to' | 'isCut' | 'cases'>;

/** By the time asked for; where older deployments were left out, by that from the oldest one on. Null where no good one was judged. */
export function falseAlarmsPerWeekAsked(
  { falseAlarms, judgedMs }: Pick<BacktestScore, 'falseAlarms' | 'judgedMs'>,
  asked: Asked,
): number | null {
  const ms = askedMs(asked);
  return judgedMs === 0 || ms <= 0 ? null : (falseAlarms * weekMs) / ms;
}

/** "1 false alarm in 2 h of good deployments watched (0.2 a week over the time asked for)"; null where no good one was judged. */
export function falseAlarmWords(
  score: Pick<BacktestScore, 'falseAlarms' | 'judgedMs'>,
  asked: Asked,
): string | null {
  const perWeek = falseAlarmsPerWeekAsked(score, asked);
  if (perWeek === null) return null;
  const { falseAlarms, judgedMs } = score;
  const alarms = `${falseAlarms === 0 ? 'no' : falseAlarms} false alarm${falseAlarms === 1 ? '' : 's'}`;
  const told = `${alarms} in ${timeInWords(judgedMs)} of good deployments watched`;
  if (falseAlarms === 0) return told;
  // Of less than the time asked for nobody can tell a week: a day with one alarm is no seven a week.
  if (askedMs(asked) < weekMs) return told;
  const over = asked.isCut ? 'since the oldest of them' : 'over the time asked for';
  return `${told} (${Number(perWeek.toPrecision(2))} a week ${over})`;
}

function askedMs({ from, to, isCut, cases }: Asked): number {
  return to - (isCut ? (cases.at(-1)?.deployment.startedAt ?? from) : from);
}
