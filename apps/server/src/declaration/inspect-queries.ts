import type { Finding, ReviewedSource } from '@lastgood/domain';
import { askingsOf, type DeclaredQuery, type Trial } from './try-queries.ts';

interface QueriesToInspect {
  queries: readonly DeclaredQuery[];
  trials: readonly Trial[];
  clusters: readonly string[];
  at: number;
  signal: AbortSignal;
}

/** What the source of the first service that asks it says of each query's names and windows. */
export async function inspectQueries(
  metrics: Pick<ReviewedSource, 'inspect'>,
  { queries, trials, clusters, at, signal }: QueriesToInspect,
): Promise<{ query: DeclaredQuery; finding: Finding }[]> {
  const asked = queries.flatMap((query) => {
    const [first] = askingsOf(query, trials, clusters);
    return first ? [{ query, question: first.question }] : [];
  });
  if (asked.length === 0) return [];
  const found = await metrics.inspect(
    asked.map(({ question }) => question),
    at,
    signal,
  );
  return asked.flatMap(({ query }, place) => (found[place] ?? []).map((finding) => ({ query, finding })));
}

/** As a declaration's warnings: what is so of the source itself is said once. */
export function inspectionInWords(found: Awaited<ReturnType<typeof inspectQueries>>): string[] {
  const words = found.map(({ query, finding: { code, message } }) =>
    code === 'could-not-be-asked' ? message : `${query.name}: ${message}`,
  );
  return [...new Set(words)];
}
