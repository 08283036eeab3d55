import type { RollbackTrigger, Severity } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import type { DecisionVerdict } from './decision.ts';
import { comparisonSign, formatDuration, formatReading, formatValue } from './format.ts';

const inFuture: Record<Severity, string> = {
  auto_rollback: 'rolls back',
  page_and_suggest: 'suggests a rollback',
  log_only: 'is recorded',
};

/** "8.2 % > 5 %": a value is never shown without its threshold. */
export function describeBreach(trigger: RollbackTrigger, state: TriggerState): string {
  const reading = state.reading ? formatReading(state.reading, trigger.unit) : 'not asked yet';
  if (state.reading && state.reading.kind !== 'value') return reading;
  const inside = state.phase === 'inactive' || state.phase === 'unknown';
  const sign = comparisonSign(trigger.comparison);
  const relation = inside
    ? `of ${sign} ${formatValue(trigger.threshold, trigger.unit)}`
    : `${sign} ${formatValue(trigger.threshold, trigger.unit)}`;
  return `${reading} ${relation}`;
}

/** One trigger in words, with what follows and when: "high_error_rate 8.2 % > 5 %, held 1:20 of 2:00, rolls back in 0:40". */
export function describeTrigger(trigger: RollbackTrigger, state: TriggerState | null): string {
  if (!state) return `${trigger.name} has not been asked yet`;
  const said = `${trigger.name} ${describeBreach(trigger, state)}`;
  const trouble = state.troubleReason ? '; the hold clock stands still' : '';
  switch (state.phase) {
    case 'unknown':
      return said;
    case 'inactive':
      return said;
    case 'pending': {
      const held = `held ${formatDuration(state.heldMs)} of ${formatDuration(trigger.forMs)}`;
      const left = formatDuration(trigger.forMs - state.heldMs);
      return trouble
        ? `${said}, ${held}${trouble}`
        : `${said}, ${held}, ${inFuture[trigger.severity]} in ${left}`;
    }
    case 'firing':
      return `${said} for ${formatDuration(Math.max(state.heldMs, trigger.forMs))}, firing${trouble}`;
  }
}

/** The sentence that explains a decision. */
export function describeDecision(
  verdict: DecisionVerdict,
  worst: { trigger: RollbackTrigger; state: TriggerState } | null,
  target: string | null,
  restraints: readonly string[],
): string {
  if (!worst) return 'No trigger fires.';
  const { trigger, state } = worst;
  const breach = `${trigger.name} ${describeBreach(trigger, state)} for ${formatDuration(state.heldMs)} (needed ${formatDuration(trigger.forMs)})`;
  const because = restraints.length > 0 ? ` Not by itself: ${restraints.join('; ')}.` : '';
  switch (verdict) {
    case 'roll_back':
      return `${breach}: rolling back to ${target ?? 'the last known good'}.`;
    case 'suggest':
      return `${breach}: a rollback to ${target ?? 'the last known good'} is suggested.${because}`;
    case 'record':
      return `${breach}: recorded, nothing follows.`;
    case 'none':
      return `${breach}.${because}`;
  }
}
