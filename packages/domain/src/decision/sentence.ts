import { isBreachingNow } from '../trigger/advance-trigger.ts';
import { formatReading, formatSpan, formatValue, troubleInWords } from '../trigger/format.ts';
import { triggerKind } from '../trigger/kinds/index.ts';
import { limitInWords } from '../trigger/limit.ts';
import { breaches } from '../trigger/proves-health.ts';
import { standsStill } from '../trigger/stands-still.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import type { DecisionVerdict } from './decision.ts';

/** "8.2 % > 5 %": a value is never shown without its threshold. */
export function describeBreach(trigger: RollbackTrigger, { reading, parts = [] }: TriggerState): string {
  if (!reading) return 'not asked yet';
  const own = triggerKind(trigger).describe(trigger, reading, parts);
  if (own !== null) return own;
  const said = formatReading(reading, trigger.unit, trigger.threshold);
  if (reading.kind !== 'value') return said;
  const limit = limitInWords(trigger);
  return breaches(trigger, reading.value) ? `${said} ${limit}` : `${said}, fires at ${limit}`;
}

/** "8.2 % > 5 % for 12 min 40 s": the breach of what fires and how long it has lasted, which goes on after it has fired. */
export function describeFiring(trigger: RollbackTrigger, state: TriggerState): string {
  const said = describeBreach(trigger, state);
  const lasted = formatSpan(lastedMs(trigger, state));
  const { reading } = state;
  // By policy a missing number is a breach, too, and one on too few samples stays one that cannot be counted.
  const goesOn = isBreachingNow(state) || (reading?.kind === 'value' && breaches(trigger, reading.value));
  return goesOn ? `${said} for ${lasted}` : `${said}, after a breach of ${lasted}`;
}

/** The hold is counted until it fires; from then on what was read in breach counts by its slots. */
function lastedMs(
  { forMs }: RollbackTrigger,
  { phase, since, heldMs, lastBreachSlot }: TriggerState,
): number {
  return phase === 'firing'
    ? Math.max(heldMs, forMs) + Math.max(0, (lastBreachSlot ?? since) - since)
    : heldMs;
}

/**
 * One trigger in words: "high_error_rate 8.2 % > 5 %, lasting 1 min 20 s of 2 min, fires in 40 s". What follows of its firing is for all
 * triggers together to say; see `foresee`.
 */
export function describeTrigger(trigger: RollbackTrigger, state: TriggerState | null): string {
  if (!state) {
    const from = trigger.initialDelayMs;
    const when = from === 0 ? '' : `, and is not before it is ${formatSpan(from)} old`;
    return `${trigger.name} has not been asked yet${when}`;
  }
  const said = `${trigger.name} ${describeBreach(trigger, state)}`;
  const companion = describeCompanion(trigger, state);
  const frozen = standsStill(state);
  const meanwhile = frozen ? '; time does not count meanwhile' : '';
  switch (state.phase) {
    case 'unknown':
    case 'inactive':
      return `${said}${companion}`;
    case 'pending': {
      const lasting = `lasting ${formatSpan(state.heldMs)} of ${formatSpan(trigger.forMs)}`;
      const left = formatSpan(trigger.forMs - state.heldMs);
      return frozen ? `${said}${companion}, ${lasting}${meanwhile}` : `${said}, ${lasting}, fires in ${left}`;
    }
    case 'firing':
      return `${trigger.name} ${describeFiring(trigger, state)}, firing${companion}${meanwhile}`;
  }
}

/** What keeps a breach from counting: a companion without a number, or too few samples. Empty when nothing does. */
function describeCompanion(trigger: RollbackTrigger, { reading, companion }: TriggerState): string {
  const { minSamples } = trigger;
  if (!minSamples || !companion || reading?.kind !== 'value' || !breaches(trigger, reading.value)) return '';
  const why = troubleInWords(companion);
  if (why !== null) return `, which cannot count: its companion query cannot be used (${why})`;
  if (companion.reading.kind !== 'value' || companion.reading.value >= minSamples.atLeast) return '';
  return `, on ${formatValue(companion.reading.value, '')} samples of the ${formatValue(minSamples.atLeast, '')} that count`;
}

const goesBack: readonly DecisionVerdict[] = ['roll_back', 'wait', 'suggest'];

const nothingToGoBackTo =
  'there is nothing to go back to, because no earlier release is known to be good. Deploy a version that works, or choose an earlier release that you trust as the target.';

/** What would be gone back to, and who goes back with it. */
export interface DecisionTarget {
  name: string;
  others: string;
}

/**
 * What the sentence of a decision says, where its breach and the versions stand beside it: with whom it goes back, why it does not go by
 * itself, what it goes without; empty where that is all there is. @param target null where nothing can be gone back to
 */
export function besideBreach(
  verdict: DecisionVerdict,
  target: DecisionTarget | null,
  restraints: readonly string[],
  despite: string | null,
): string {
  if (!goesBack.includes(verdict)) return '';
  if (target === null) return capitalised(nothingToGoBackTo);
  if (verdict === 'wait') return capitalised(waits(targetInWords(target), restraints));
  return [
    ...(target.others === '' ? [] : [`With ${target.others}.`]),
    ...(verdict === 'suggest' ? notByItself(restraints) : although(despite)),
  ].join(' ');
}

export function targetInWords({ name, others }: DecisionTarget): string {
  return others === '' ? name : `${name}, with ${others}`;
}

function capitalised(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function notByItself(restraints: readonly string[]): string[] {
  return restraints.length > 0 ? [`Not by itself: ${restraints.join('; ')}.`] : [];
}

function although(despite: string | null): string[] {
  return despite === null ? [] : [`Although ${despite}.`];
}

function waits(target: string, restraints: readonly string[]): string {
  return `not rolled back to ${target} yet, because ${restraints.join('; ')}. You can roll back now.`;
}

/** The sentence that explains a decision. @param target what would be gone back to; null where nothing can be */
export function describeDecision(
  verdict: DecisionVerdict,
  worst: { trigger: RollbackTrigger; state: TriggerState } | null,
  target: string | null,
  restraints: readonly string[],
  /** What it acts without; null when it lacks nothing. */
  despite: string | null = null,
): string {
  if (!worst) return 'No trigger fires.';
  const { trigger, state } = worst;
  const breach = `${trigger.name} ${describeFiring(trigger, state)} (needed ${formatSpan(trigger.forMs)})`;
  if (target === null && goesBack.includes(verdict)) return `${breach}: ${nothingToGoBackTo}`;
  const because = notByItself(restraints);
  switch (verdict) {
    case 'roll_back':
      return [`${breach}: rolling back to ${target}.`, ...although(despite)].join(' ');
    case 'wait':
      return `${breach}: ${waits(target ?? '', restraints)}`;
    case 'suggest':
      return [`${breach}: a rollback to ${target} is suggested.`, ...because].join(' ');
    case 'record':
      return `${breach}: recorded, nothing follows.`;
    case 'none':
      return [`${breach}.`, ...because].join(' ');
  }
}
