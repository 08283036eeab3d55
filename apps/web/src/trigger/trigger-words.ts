import type { TriggerInput, TriggerView } from '@lastgood/api-client';
import { clockTime } from '../time/duration.ts';
import type { BreachTime } from './breach-time.ts';
import { formatValue } from './format-value.ts';

export const comparisonSign = { greater_than: '>', less_than: '<' } as const;

/** What the trigger does when it fires, for its label. */
export const severityWords = {
  auto_rollback: 'rolls back by itself',
  page_and_suggest: 'pages and suggests',
  log_only: 'records only',
} satisfies Record<TriggerInput['severity'], string>;

/** `8.2 % > 5 %`: the value never without its threshold. */
export function readingAgainstThreshold(trigger: TriggerView): string {
  const value = trigger.reading?.text ?? 'not read yet';
  return `${value}${relation(trigger)} ${formatValue(trigger.threshold, trigger.unit)}`;
}

/** The sign that is true of value and threshold now, so that a quiet trigger does not read like a breach. */
function relation({ reading, threshold, comparison }: TriggerView): string {
  const value = reading?.kind === 'value' ? reading.value : null;
  if (value === null) return comparison === 'greater_than' ? ', fires above' : ', fires below';
  if (value === threshold) return ' =';
  return value > threshold ? ' >' : ' <';
}

/** What a firing trigger has led to: `fired after 0:20, a rollback is suggested`. */
export function firingWords(trigger: Act & Pick<TriggerView, 'forSeconds'>): string {
  const fired = `fired after ${clockTime(trigger.forSeconds)}`;
  if (trigger.shadow) return `${fired}, in shadow: nothing follows`;
  return {
    auto_rollback: fired,
    page_and_suggest: `${fired}, a rollback is suggested`,
    log_only: `${fired}, recorded`,
  }[trigger.severity];
}

type Act = Pick<TriggerView, 'severity' | 'shadow'>;

/** What follows and when: `rolls back in 0:40`. `frozen` says that the clock stands. */
export function consequence(trigger: Act, breach: BreachTime): string {
  const verb = trigger.shadow
    ? 'would act'
    : { auto_rollback: 'rolls back', page_and_suggest: 'suggests a rollback', log_only: 'is recorded' }[
        trigger.severity
      ];
  if (breach.frozen) return `${verb} after ${clockTime(breach.left)} more; the clock stands`;
  return breach.left <= 0 ? `${verb} at the next reading` : `${verb} in ${clockTime(breach.left)}`;
}
