import type { SystemStatus } from '@lastgood/api-client';

type Evaluator = SystemStatus['evaluator'];

/**
 * The server says how its evaluator is when it is asked; between two answers the last slot grows old here. After
 * three intervals without a slot it is stalled, whatever was said before.
 */
export function evaluatorState(evaluator: Evaluator, now: number): Evaluator['state'] {
  if (!evaluator.lastSlotAt) return evaluator.state;
  const silentMs = now - Date.parse(evaluator.lastSlotAt);
  return silentMs > evaluator.intervalSeconds * 3000 + 2000 ? 'stalled' : evaluator.state;
}
