import { forOutside } from '../notification/outside-words.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import type { Reading } from '../trigger/reading.ts';
import type { Decision } from './decision.ts';

type Told = Pick<Decision, 'guards' | 'evidence'>;

/** The sentence of a decision as it leaves the house: without what sources answered. @param judged the triggers as its slot left them */
export function toldSentence(
  decision: Told & Pick<Decision, 'sentence'>,
  judged: readonly JudgedTrigger[],
): string {
  return told(decision.sentence, decision, judged);
}

/** The same of what it says beside its breach; undefined where that is not known. */
export function toldBeside(
  decision: Told & Pick<Decision, 'beside'>,
  judged: readonly JudgedTrigger[],
): string | undefined {
  return decision.beside === undefined ? undefined : told(decision.beside, decision, judged);
}

function told(text: string, { guards, evidence }: Told, judged: readonly JudgedTrigger[]): string {
  const readings: (Reading | null | undefined)[] = [
    ...evidence.map(({ reading }) => reading),
    ...guards.flatMap(({ lookBack }) => [lookBack?.reading, lookBack?.samples, lookBack?.memory]),
  ];
  const ofItsOwn = [...answersTo(judged), ...readings.flatMap((one) => answerOf(one))];
  const ofOthers = guards.flatMap(({ dependencies }) => dependencies.map(({ reason }) => answerIn(reason)));
  return forOutside(text, [...ofItsOwn, ...ofOthers]);
}

/** What sources answered to triggers in place of a number. */
export function answersTo(judged: readonly JudgedTrigger[]): string[] {
  return judged.flatMap(({ state }) => [
    ...[state.reading, state.companion?.reading].flatMap(answerOf),
    ...(state.parts ?? []).flatMap(({ reading }) => answerOf(reading)),
  ]);
}

function answerOf(reading: Reading | null | undefined): string[] {
  return reading?.kind === 'unreachable' ? [reading.reason] : [];
}

/** Of another service its evidence has the words alone. */
function answerIn(reason: string | null): string {
  return reason?.split(/could not ask: (.*)/s)[1] ?? '';
}
