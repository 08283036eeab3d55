import type { PlainFlagState } from '@lastgood/domain/rollback/contracts/flag-state';
import type { FlagRequest } from '../flag-client.ts';
import { activeStrategies, gradualStrategy, type UnleashEnvironment, weighted } from './feature.ts';

type Planned = { requests: FlagRequest[] } | { refused: string };

/**
 * What to send, in order, so that an environment comes to serve `to`: on and off have an address each, a strategy is patched
 * with a test of what it was. Half way through it serves at most what it served before: off comes first, on last.
 */
export function requestsTo(to: PlainFlagState, environment: UnleashEnvironment, base: string): Planned {
  const { on, ...rollout } = to;
  const patch = patchTo(rollout, environment, base);
  if ('refused' in patch) return patch;
  const isTurned = on !== undefined && on !== environment.enabled;
  if (!isTurned) return patch;
  // Unleash would add a strategy for everybody.
  if (on && activeStrategies(environment).length === 0)
    return { refused: 'it has no active strategy, and turning it on would add one for everybody' };
  const turn: FlagRequest = { method: 'POST', path: `${base}/${on ? 'on' : 'off'}` };
  return { requests: on ? [...patch.requests, turn] : [turn, ...patch.requests] };
}

function patchTo(
  { percentage, variants }: Omit<PlainFlagState, 'on'>,
  environment: UnleashEnvironment,
  base: string,
): Planned {
  if (percentage === undefined && variants === undefined) return { requests: [] };
  const strategy = gradualStrategy(environment);
  if (strategy === null)
    return { refused: 'it has not exactly one active strategy, of the kind flexibleRollout' };
  const operations: object[] = [];
  if (percentage !== undefined) {
    const was = strategy.parameters?.rollout;
    operations.push(...replaced('/parameters/rollout', was, String(percentage)));
  }
  if (variants !== undefined) {
    const become = weighted(strategy.variants ?? [], variants);
    if (become === null)
      return {
        refused: `its strategy has not all of the variants ${Object.keys(variants).join(', ')}, or not in tenths of a percent`,
      };
    operations.push(...replaced('/variants', strategy.variants, become));
  }
  const path = `${base}/strategies/${encodeURIComponent(strategy.id)}`;
  return { requests: [{ method: 'PATCH', path, body: operations }] };
}

/** https://www.rfc-editor.org/rfc/rfc6902#section-4.6 */
function replaced(path: string, was: unknown, value: unknown): object[] {
  return [
    { op: 'test', path, value: was },
    { op: 'replace', path, value },
  ];
}
