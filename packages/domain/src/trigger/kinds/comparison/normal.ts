/**
 * The probability that a standard normal variable is at least `z`. Correct to about 1e-14 relative.
 * Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.10 (series) and 26.2.14 (continued fraction).
 */
export function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return z < 2.5 ? 0.5 - density * seriesTo(z) : density / fractionFrom(z);
}

/** z + z^3/3 + z^5/(3*5) + ... */
function seriesTo(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; term > sum * 1e-17 && odd < 400; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum;
}

/** z + 1/(z + 2/(z + 3/(z + ...))) */
function fractionFrom(z: number): number {
  let below = z;
  for (let depth = 200; depth >= 1; depth -= 1) below = z + depth / below;
  return below;
}
