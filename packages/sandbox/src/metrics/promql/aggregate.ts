import { keyOf, type Labels, metricName, only, without } from '../labels.ts';
import type { AggregateOperator, Matching } from './expression.ts';
import type { Vector } from './vector.ts';

interface Group {
  labels: Labels;
  value: number;
  count: number;
}

export function aggregate(operator: AggregateOperator, grouping: Matching, vector: Vector): Vector {
  const groups = new Map<string, Group>();
  const dropped = new Set([...grouping.labels, metricName]);
  for (const { labels, value } of vector) {
    const kept = grouping.on ? only(labels, grouping.labels) : without(labels, dropped);
    const key = keyOf(kept);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels: kept, value, count: 1 });
    else {
      group.count += 1;
      group.value = combine[operator](group.value, value, group.count);
    }
  }
  return [...groups.values()].map(({ labels, value, count }) => ({
    labels,
    value: operator === 'count' ? count : value,
  }));
}

/** How a value joins the group's; NaN loses against any number in `min` and `max`, as in Prometheus. */
const combine: Record<AggregateOperator, (group: number, value: number, count: number) => number> = {
  sum: (group, value) => group + value,
  count: (group) => group,
  min: (group, value) => (value < group || Number.isNaN(group) ? value : group),
  max: (group, value) => (value > group || Number.isNaN(group) ? value : group),
  avg: runningMean,
};

/** Divides before it adds, so that large values do not overflow; an infinite mean stays unless contradicted. */
function runningMean(mean: number, value: number, count: number): number {
  const infinite = Math.abs(mean) === Number.POSITIVE_INFINITY;
  if (infinite && (Number.isFinite(value) || value === mean)) return mean;
  return mean + (value / count - mean / count);
}
