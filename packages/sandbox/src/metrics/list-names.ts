import { parseQuery } from './promql/parse-query.ts';
import { queryError } from './promql/query-error.ts';
import type { Series } from './series.ts';
import type { SeriesStore } from './series-store.ts';

/** The names of all labels. https://prometheus.io/docs/prometheus/latest/querying/api/#getting-label-names @throws QueryError */
export function labelNames(store: SeriesStore, parameters: URLSearchParams): string[] {
  return sorted(chosen(store, parameters).flatMap(({ labels }) => [...labels.keys()]));
}

/** The values of one label. @throws QueryError */
export function labelValues(store: SeriesStore, label: string, parameters: URLSearchParams): string[] {
  return sorted(chosen(store, parameters).flatMap(({ labels }) => labels.get(label) ?? []));
}

function chosen(store: SeriesStore, parameters: URLSearchParams): Series[] {
  const matches = parameters.getAll('match[]');
  if (matches.length === 0) return store.select([]);
  return matches.flatMap((match) => {
    const expression = parseQuery(match);
    if (expression.kind !== 'selector')
      throw queryError('bad_data', `invalid parameter "match[]": ${JSON.stringify(match)} is no selector`);
    return store.select(expression.matchers);
  });
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
