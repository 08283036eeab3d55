import { countsInScore } from '@lastgood/domain';
import type { BacktestScore } from '@lastgood/domain/trial/score';
import type { BacktestResult } from '../endpoints/triggers/backtest-schema.ts';
import { iso, seconds } from '../wire/instant.ts';
import { type BacktestPlan, mostSlots } from './backtest-cases.ts';
import { falseAlarmsPerWeekAsked, falseAlarmWords } from './false-alarms.ts';
import type { Judged } from './judged.ts';
import { timeInWords } from './time-in-words.ts';

export function toBacktestResult(
  plan: BacktestPlan,
  judged: readonly Judged[],
  { intervalMs, score }: { intervalMs: number; score: BacktestScore },
): BacktestResult {
  const { judgedMs, medianLeadMs, ...counts } = score;
  return {
    type: 'result',
    ...{ from: iso(plan.from), to: iso(plan.to), intervalSeconds: intervalMs / 1000 },
    ...{ services: plan.services, deployments: judged.length, isCut: plan.isCut },
    score: {
      ...counts,
      falseAlarmsPerWeekAsked: falseAlarmsPerWeekAsked(score, plan),
      falseAlarmWords: falseAlarmWords(score, plan),
      judgedSeconds: seconds(judgedMs),
      medianLeadSeconds: medianLeadMs === null ? null : seconds(medianLeadMs),
    },
    words: wordsOf(score, judged),
    notes: notesOf(plan, judged, intervalMs),
  };
}

function wordsOf(
  { caught, missed, falselyAccused, leftAlone }: BacktestScore,
  judged: readonly Judged[],
): string {
  if (judged.length === 0) return 'No deployment of this time was watched.';
  const of = (fired: number, all: number, what: string) =>
    `on ${fired} of ${counted(all, `${what} deployment`)}`;
  const [bad, good] = [caught + missed, falselyAccused + leftAlone];
  if (bad + good === 0)
    return 'It cannot be told how good it is: no deployment that could be read is known to be good or bad.';
  const told = [
    ...(bad > 0 ? [of(caught, bad, 'bad')] : []),
    ...(good > 0 ? [of(falselyAccused, good, 'good')] : []),
  ];
  const lacking =
    bad === 0 ? ' No bad one could be judged.' : good === 0 ? ' No good one could be judged.' : '';
  return `It would have fired ${told.join(' and ')}.${lacking}`;
}

function notesOf({ isCut, cases }: BacktestPlan, judged: readonly Judged[], intervalMs: number): string[] {
  const unread = judged.filter(({ outcome }) => outcome === 'unread');
  const reasons = [...Map.groupBy(unread, (one) => one.unread ?? 'no answer')]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, 3)
    .map(([reason, { length }]) => `${reason} (${length})`);
  const silent = judged.filter(({ outcome, label }) => outcome === 'silent' && label === 'good').length;
  const notDue = judged.filter(({ outcome }) => outcome === 'not_due').length;
  const unlabelled = judged.filter(({ label }) => label === null).length;
  const own = judged.filter(
    (one) => countsInScore(one) && one.case.ownTrigger === one.case.trigger.name,
  ).length;
  const shortened = cases.filter(({ isShortened }) => isShortened).length;
  const partly = judged.filter(({ outcome, isPartlyRead }) => outcome === 'fired' && isPartlyRead).length;
  const notes: (string | false)[] = [
    unread.length > 0 &&
      `${unread.length} of ${judged.length} could not be read and ${unread.length === 1 ? 'counts' : 'count'} neither way: ${reasons.join('; ')}.`,
    partly > 0 &&
      `It fires on ${partly} of which less than 90 % of the slots could be read, ${partly === 1 ? 'which counts' : 'which count'} neither way: else only those it fires on would count of them.`,
    silent > 0 &&
      `${counted(silent, 'good one')} answered nothing to judge, which is no proof that it stays quiet: not counted.`,
    notDue > 0 && `The watch of ${notDue} was over before the trigger is asked: not counted.`,
    unlabelled > 0 &&
      `${unlabelled} of ${judged.length} ${unlabelled === 1 ? 'was' : 'were'} neither rolled back nor verified nor marked, and ${unlabelled === 1 ? 'counts' : 'count'} neither way. Mark what you know.`,
    own > 0 &&
      `${counted(own, 'bad one')} ${own === 1 ? 'was' : 'were'} rolled back by a trigger of this name: that it fires on ${own === 1 ? 'it' : 'them'} proves little.`,
    shortened > 0 &&
      `Of ${counted(shortened, 'long watch', 'long watches')} only the first ${timeInWords(mostSlots * intervalMs)} were judged: one it does not fire on in that time counts only if it was known to be bad by then.`,
    isCut && `There are more deployments in this time: the newest ${judged.length} were judged.`,
    judged.length > 0 &&
      'Judged is when it would have fired, not whether Lastgood would have acted: cooldown, brakes and vetoes of then are not known.',
  ];
  return notes.filter((note) => note !== false);
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
