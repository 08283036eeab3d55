import { formatReading, troubleInWords } from '../trigger/format.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { breaches } from '../trigger/proves-health.ts';
import { isDeciding } from '../trigger/trigger.ts';
import type { Deployment } from './deployment.ts';
import { type Aged, dueFrom } from './version-age.ts';

/**
 * What the newest slot leaves in doubt about a deployment, each in words (`endDoubt`). A trigger whose warm-up outlasts the window did
 * not watch, so it has nothing to say about its end either; where all are such, they are asked nevertheless.
 */
export function endDoubts(
  deployment: Aged & Pick<Deployment, 'watchEndsAt'>,
  judged: readonly JudgedTrigger[],
): string[] {
  const due = judged.filter(({ trigger }) => dueFrom(deployment, trigger) < (deployment.watchEndsAt ?? 0));
  return (due.length > 0 ? due : judged).flatMap((one) => endDoubt(one) ?? []);
}

/**
 * What the newest slot leaves in doubt about a trigger, in words; null when nothing. A share of healthy slots says nothing about
 * how a watch ends, and a phase stays what it was while nothing counts:
 *
 * - a reading in breach that does not count, of a trigger that acts or calls a person;
 * - an automatic trigger, or its companion, that said nothing.
 *
 * Pending and firing triggers hold the watch open by themselves; see `heldOpenBy`.
 */
function endDoubt({ trigger, state }: JudgedTrigger): string | null {
  if (!isDeciding(trigger)) return null;
  if (state.phase === 'pending' || state.phase === 'firing') return null;
  const { reading, companion } = state;
  if (reading?.kind === 'value' && breaches(trigger, reading.value))
    return `${trigger.name} read in breach at the end, which does not count${because(companion && wordsOf(companion))}`;
  if (trigger.severity !== 'auto_rollback') return null;
  if (state.lastSlot === null || state.lastJudgedSlot !== state.lastSlot) {
    const why = troubleInWords(state) ?? (reading && formatReading(reading, trigger.unit));
    return `${trigger.name} could not be read at the end${because(why)}`;
  }
  if (companion && companion.troubleReason !== null)
    return `${trigger.name} could not be read at the end${because(wordsOf(companion))}`;
  return null;
}

function wordsOf(companion: NonNullable<JudgedTrigger['state']['companion']>): string {
  const why = troubleInWords(companion);
  return why === null ? 'too few samples' : `companion query: ${why}`;
}

function because(why: string | null): string {
  return why === null ? '' : ` (${why})`;
}
