import type { PrometheusCheck } from './check.ts';

/** One-sided by name. `within` has its tolerance as a share of the expected value, of 1 where that is 0. */
export function passes(
  check: Pick<PrometheusCheck, 'comparator' | 'expected' | 'tolerance'>,
  actual: number,
): boolean {
  switch (check.comparator) {
    case '<=':
      return actual <= check.expected;
    case '>=':
      return actual >= check.expected;
    case '==':
      return actual === check.expected;
    case 'within':
      return Math.abs(actual - check.expected) <= (check.tolerance ?? 0) * (Math.abs(check.expected) || 1);
  }
}
