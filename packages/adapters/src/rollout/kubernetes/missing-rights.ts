import type { MissingRight, RightsResult } from '@lastgood/domain/workload/missing-right';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { rightInWords, ruleOf } from '../../kubernetes/access-right.ts';
import { reasonOf } from '../../kubernetes/answer-words.ts';
import type { KnownRights } from '../../kubernetes/known-rights.ts';
import { neededRights } from './needed-rights.ts';

/** Which rights a workload needs and its cluster does not grant. */
export async function missingRights(
  rights: KnownRights,
  workload: WorkloadTarget,
  signal: AbortSignal,
): Promise<RightsResult> {
  const asked = await Promise.all(
    neededRights(workload).map(async (needed) => ({
      ...needed,
      answer: await rights.ask(needed.right, signal),
    })),
  );
  const missing: MissingRight[] = [];
  for (const { right, purpose, answer } of asked) {
    if (answer.kind === 'granted') continue;
    if (answer.kind !== 'denied') return { kind: 'unreachable', reason: reasonOf(answer) };
    missing.push({ may: rightInWords(right), rule: ruleOf(right), purpose });
  }
  return { kind: 'known', missing };
}
