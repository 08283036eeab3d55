import { shareOf } from '../../contracts/staged-traffic.ts';

type Weights = Record<string, number>;

export const defaultStages = [25, 50, 75];
/** A rule that says 1 and 0 cannot say a quarter. */
const coarseBelow = 20;

/**
 * The weights of every stage that leads more to `to` than it has, in the scale of the route, and everything there at the end.
 *
 * @param full everything to `to`, as a single step would set it
 */
export function stagesOf(percents: readonly number[], to: string, before: Weights, full: Weights): Weights[] {
  const has = shareOf(before, to);
  const between = [...new Set(percents)]
    .sort((a, b) => a - b)
    .map((percent) => shared(before, to, percent / 100))
    .filter((weights) => shareOf(weights, to) > has && shareOf(weights, to) < 1);
  const rising = between.filter(
    (weights, at) => at === 0 || shareOf(weights, to) > shareOf(between[at - 1] ?? {}, to),
  );
  return [...rising, full];
}

/** So much to one; what is left is shared by the others as before, the heaviest taking what rounding leaves. */
function shared(before: Weights, to: string, share: number): Weights {
  const sum = Object.values(before).reduce((whole, weight) => whole + weight, 0);
  const whole = sum < coarseBelow ? 100 : sum;
  const own = Math.round(whole * share);
  const others = Object.entries(before)
    .filter(([name]) => name !== to)
    .sort(([, a], [, b]) => b - a);
  const had = others.reduce((all, [, weight]) => all + weight, 0);
  const [heaviest, ...rest] = others.map(([name]) => name);
  const lighter = rest.map(
    (name) => [name, Math.floor(((whole - own) * (before[name] ?? 0)) / (had || 1))] as const,
  );
  const left = whole - own - lighter.reduce((all, [, weight]) => all + weight, 0);
  const weights = { [to]: own, ...(heaviest === undefined ? {} : { [heaviest]: left }) };
  return {
    ...Object.fromEntries(Object.keys(before).map((name) => [name, 0])),
    ...weights,
    ...Object.fromEntries(lighter),
  };
}
