import type { Reading } from '@lastgood/domain/trigger/reading';
import type { Labelled } from './own-rows.ts';

/** A last `or vector(0)` answers a series without labels, whatever else there is: it stands beside the series of the names. */
export function constantsApart<R extends Labelled>(
  rows: readonly R[],
  otherwise: string | null,
): [constants: R[], rows: readonly R[]] {
  if (otherwise === null) return [[], rows];
  const isConstant = ({ metric }: R) => Object.keys(metric).length === 0;
  return [rows.filter(isConstant), rows.filter((row) => !isConstant(row))];
}

/** A source that evaluates the query cannot leave out the series of `or vector(0)`. */
export const unevaluated: Reading & { kind: 'unreachable' } = {
  kind: 'unreachable',
  reason:
    'Prometheus left out what the query answers whatever there is; is a cache or another program in between?',
};
