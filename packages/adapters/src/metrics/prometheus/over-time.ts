import type { SampleSpan } from '@lastgood/domain/trigger/question';
import { durationText } from './duration.ts';

/**
 * A query as a subquery, which Prometheus evaluates at the multiples of its step: so the same instants are asked from slot to slot.
 * https://prometheus.io/docs/prometheus/latest/querying/basics/#subquery
 */
export function queryOver(query: string, { forMs, everyMs, endsBeforeMs }: SampleSpan): string {
  const offset = endsBeforeMs === 0 ? '' : ` offset ${durationText(endsBeforeMs)}`;
  // A comment at its end goes as far as the line.
  const closed = query.includes('#') ? `${query}\n` : query;
  return `(${closed})[${durationText(forMs)}:${durationText(everyMs)}]${offset}`;
}
