import { formatSpan } from '../trigger/format.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { isDeciding } from '../trigger/trigger.ts';
import type { Deployment } from './deployment.ts';
import { endDoubts } from './end-doubt.ts';
import type { Aged } from './version-age.ts';

/**
 * What keeps the watch open after its window, in words; empty when nothing does. No limit but a newer deployment.
 *
 * - A trigger in breach, pending or firing: nothing can be proven while it lasts. Shadows and what is only logged do not count.
 * - A page_and_suggest trigger that fired and resolved, until it has been read healthy for as long as its breach had to last: one
 *   good reading between two firings is no recovery. After that it does not stand in the way of `verified`: a person was called
 *   and left the release where it is. (An automatic trigger that fired does, for good: see `closeWatch`.)
 */
export function heldOpenBy(judged: readonly JudgedTrigger[]): string[] {
  return judged.flatMap(({ trigger, state }) => {
    if (!isDeciding(trigger)) return [];
    if (state.phase === 'pending' || state.phase === 'firing') return [`${trigger.name} still breaches`];
    const healthyMs = (state.lastJudgedSlot ?? state.since) - state.since;
    // One that ended while it fired (`unknown`) recovers no more.
    const mayRecover = trigger.severity === 'page_and_suggest' && state.phase === 'inactive';
    const recovering = mayRecover && state.everFired && healthyMs < trigger.forMs;
    return recovering
      ? [`${trigger.name} fired and must be healthy for ${formatSpan(trigger.forMs)} first`]
      : [];
  });
}

/** "watched beyond its window: high_latency still breaches"; null when it is not. */
export function describeBeyondWindow(
  deployment: Aged & Pick<Deployment, 'watchEndsAt' | 'watchClosedAt'>,
  judged: readonly JudgedTrigger[],
  now: number,
): string | null {
  const { watchEndsAt, watchClosedAt } = deployment;
  if (watchEndsAt === null || watchClosedAt !== null || now < watchEndsAt) return null;
  const reasons = [...heldOpenBy(judged), ...endDoubts(deployment, judged)];
  return reasons.length === 0 ? null : `watched beyond its window: ${reasons.join('; ')}`;
}
