import { asksInWords } from '../../trigger/asks-in-words.ts';
import { formatReading, formatValue } from '../../trigger/format.ts';
import { triggerKind } from '../../trigger/kinds/index.ts';
import { limitInWords } from '../../trigger/limit.ts';
import { breaches } from '../../trigger/proves-health.ts';
import type { Reading } from '../../trigger/reading.ts';
import { readingInWords } from '../../trigger/reading-in-words.ts';
import type { NoNumberPolicy, RollbackTrigger } from '../../trigger/trigger.ts';
import type { CheckFrame } from '../check-frame.ts';
import type { Attempt, CheckKind } from '../check-kind.ts';

/** Asks a trigger again of the version that a rollback has put in place: what sent the other one away must be over. */
export interface TriggerCheck extends CheckFrame {
  type: 'trigger';
  /** As it was declared when the rollback was decided on. */
  trigger: RollbackTrigger;
}

/** @param timeoutMs how long what the version taken back has left in the metrics may take to pass */
export function checkOfTrigger(trigger: RollbackTrigger, timeoutMs: number): TriggerCheck {
  const name = `trigger ${trigger.name}`;
  return { name, type: 'trigger', trigger, passes: 3, timeoutMs, everyMs: 5_000 };
}

export const trigger: CheckKind<'parts', TriggerCheck> = {
  type: 'trigger',
  asks: ({ trigger: asked }) =>
    asksInWords(asked)
      .map(({ declared }) => declared)
      .join('; '),
  expected: ({ trigger: asked }) => `not ${limitInWords(asked)}`,
  ask({ trigger: asked }, { variables }) {
    const kind = triggerKind(asked);
    const subject = { variables, ageMs: null, toldApartBy: [] };
    const { minSamples } = asked;
    return {
      port: 'parts',
      parts: (kind.askWhetherOver ?? kind.ask)(asked, subject),
      samples: minSamples ? { template: minSamples.query, variables } : null,
    };
  },
  judge({ trigger: asked }, { parts, samples }) {
    const reading = triggerKind(asked).judge(asked, parts);
    const actual = readingInWords(asked, reading, parts);
    switch (reading.kind) {
      case 'value': {
        const doubt = tooFew(asked, samples);
        if (doubt) return { kind: 'could-not-ask', reason: `${actual}, but ${doubt}` };
        return { kind: 'seen', pass: !breaches(asked, reading.value), actual };
      }
      case 'no-data':
        return byPolicy(asked.onNoData, actual);
      case 'not-a-number':
        return byPolicy(asked.onNotANumber, actual);
      case 'unreachable':
      case 'ambiguous':
        return { kind: 'could-not-ask', reason: actual };
    }
  },
};

/** Without the samples it needs, the trigger could not have said *breach*: that it does not proves nothing. */
function tooFew({ minSamples }: RollbackTrigger, samples: Reading | null): string | null {
  if (!minSamples) return null;
  if (samples?.kind !== 'value')
    return `how many samples that is of is not known (${samples ? formatReading(samples, '') : 'not asked'})`;
  if (samples.value >= minSamples.atLeast) return null;
  return `of ${formatValue(samples.value, '')} samples, fewer than the ${formatValue(minSamples.atLeast, '')} it needs`;
}

/** A trigger that says itself what an answer without a number means is taken at its word. */
function byPolicy(policy: NoNumberPolicy, actual: string): Attempt {
  if (policy === 'hold') return { kind: 'could-not-ask', reason: actual };
  const pass = policy === 'healthy';
  return {
    kind: 'seen',
    pass,
    actual: `${actual}, which is declared to be ${pass ? 'healthy' : 'a breach'}`,
  };
}
