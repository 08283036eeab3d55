/** A cumulative bucket: how many observations were at most `upperBound`. */
export interface Bucket {
  upperBound: number;
  count: number;
}

/**
 * The value below which the share `quantile` of the observations lies, interpolated within its bucket.
 * https://github.com/prometheus/prometheus/blob/v2.42.0/promql/quantile.go (bucketQuantile)
 * @returns NaN without observations or without a bucket for infinity
 */
export function bucketQuantile(quantile: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  const buckets = monotonic(coalesced(unsorted));
  const last = buckets.at(-1);
  if (last === undefined || last.upperBound !== Number.POSITIVE_INFINITY) return Number.NaN;
  if (buckets.length < 2 || last.count === 0) return Number.NaN;
  return interpolate(quantile * last.count, buckets);
}

function interpolate(rank: number, buckets: readonly Bucket[]): number {
  const candidate = buckets.slice(0, -1).findIndex((bucket) => bucket.count >= rank);
  const index = candidate === -1 ? buckets.length - 1 : candidate;
  const [bucket, below] = [buckets[index], buckets[index - 1]];
  if (bucket === undefined) return Number.NaN;
  if (index === buckets.length - 1) return below?.upperBound ?? Number.NaN;
  if (below === undefined) {
    return bucket.upperBound <= 0 ? bucket.upperBound : bucket.upperBound * (rank / bucket.count);
  }
  const share = (rank - below.count) / (bucket.count - below.count);
  return below.upperBound + (bucket.upperBound - below.upperBound) * share;
}

function coalesced(unsorted: readonly Bucket[]): Bucket[] {
  const merged: Bucket[] = [];
  for (const bucket of [...unsorted].sort((a, b) => (a.upperBound < b.upperBound ? -1 : 1))) {
    const last = merged.at(-1);
    if (last?.upperBound === bucket.upperBound) last.count += bucket.count;
    else merged.push({ ...bucket });
  }
  return merged;
}

/** Buckets scraped a moment apart can shrink by a hair; each is raised to the one below it. */
function monotonic(buckets: Bucket[]): Bucket[] {
  let highest = buckets[0]?.count ?? 0;
  for (const bucket of buckets) {
    if (bucket.count > highest) highest = bucket.count;
    else if (bucket.count < highest) bucket.count = highest;
  }
  return buckets;
}
