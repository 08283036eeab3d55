/**
 * A sample's value as Prometheus prints it in JSON: `+Inf`, `-Inf`, `NaN`, and an exponent of at least two digits below
 * 1e-6 and from 1e21 on.
 */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (Object.is(value, -0)) return '-0';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && magnitude < 1e-6) return value.toExponential().replace(/e-(\d)$/, 'e-0$1');
  return String(value);
}
