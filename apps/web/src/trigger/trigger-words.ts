import type { EffectiveTriggerView, TriggerInput, TriggerView } from '@lastgood/api-client';
import { sentenceCase } from '../meaning/sentence-case.ts';
import { clockTime } from '../time/duration.ts';
import type { BreachTime } from './breach-time.ts';
import { formatValue } from './format-value.ts';

/** What the trigger does when it fires, for its label. */
export const severityWords = {
  auto_rollback: 'rolls back by itself',
  page_and_suggest: 'pages and suggests',
  log_only: 'records only',
} satisfies Record<TriggerInput['severity'], string>;

/** `8.2 % > 5 %`: the value never without its threshold. */
export function readingAgainstThreshold(trigger: TriggerView): string {
  if (trigger.reading?.words) return trigger.reading.words;
  const value = trigger.reading?.text ?? 'not read yet';
  // What other kinds are held against is no number in the unit of the value.
  if (trigger.kind !== 'threshold') return `${value}, fires at ${trigger.fires}`;
  // A number that is its own threshold is said once.
  if (trigger.reading?.kind === 'value' && trigger.reading.value === trigger.threshold)
    return `${value}, fires ${trigger.comparison === 'greater_than' ? 'above' : 'below'} that`;
  return `${value}${relation(trigger)} ${formatValue(trigger.threshold, trigger.unit)}`;
}

/** The sign that is true of value and threshold now, so that a quiet trigger does not read like a breach. */
function relation({ reading, threshold, comparison }: TriggerView): string {
  const value = reading?.kind === 'value' ? reading.value : null;
  if (value === null) return comparison === 'greater_than' ? ', fires above' : ', fires below';
  return value > threshold ? ' >' : ' <';
}

/** When its breach fires: `fires in 0:40`. What follows of that the server says, of all triggers together. */
export function firesWhen(breach: BreachTime): string {
  if (breach.frozen) return `fires after ${clockTime(breach.left)} more; the clock stands`;
  return breach.left <= 0 ? 'fires at the next reading' : `fires in ${clockTime(breach.left)}`;
}

/** What a trigger costs its metric source: one query for many services, or one for each and why. Said once where both queries agree. */
export function askingWords(asking: EffectiveTriggerView['asking']): string[] {
  const how = (alone: string | null) =>
    alone === null ? 'asked for many services at once.' : `asked for each service by itself: ${alone}`;
  const [first, ...rest] = asking.map(({ query, alone }) => ({ query, words: how(alone) }));
  if (!first) return [];
  if (rest.every(({ words }) => words === first.words)) return [sentenceCase(first.words)];
  return [first, ...rest].map(({ query, words }) =>
    query === 'companion' ? `Its companion is ${words}` : sentenceCase(words),
  );
}
