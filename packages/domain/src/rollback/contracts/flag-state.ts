/**
 * What a flag serves in an environment, as far as it is named: a flag that is only turned off names nothing but `on`. What is
 * not named is neither compared nor set.
 */
export interface FlagState {
  on?: boolean;
  /** To how many in a hundred it is on, where its provider rolls it out gradually. */
  percentage?: number;
  /** The one variant that all are served whom no rule of its own serves otherwise. */
  variant?: string;
  /** The same of several: which variant is served to how many in a hundred. They add up to 100. */
  variants?: Record<string, number>;
}

/** A state, or in short: on or off, a percentage, the name of a variant. */
export type FlagValue = boolean | number | string | FlagState;

/** A state in its one form: a single variant is one that is served to all. */
export type PlainFlagState = Omit<FlagState, 'variant'>;

const aspects = ['on', 'percentage', 'variants'] as const;

export type FlagAspect = (typeof aspects)[number];

/** Providers keep shares as whole thousandths of a percent at the finest. */
const leastShare = 0.0005;

export function flagStateOf(value: FlagValue): PlainFlagState {
  if (typeof value === 'boolean') return { on: value };
  if (typeof value === 'number') return { percentage: value };
  if (typeof value === 'string') return { variants: { [value]: 100 } };
  const { variant, ...state } = value;
  return variant === undefined ? state : { ...state, variants: { [variant]: 100 } };
}

/** What of a state is named. */
export function namedAspects(value: FlagValue): FlagAspect[] {
  const state = flagStateOf(value);
  return aspects.filter((aspect) => state[aspect] !== undefined);
}

/** Whether the flag serves all that `named` names, to the same shares. What was not seen is no match. */
export function servesFlag(seen: FlagValue, named: FlagValue): boolean {
  return namedAspects(named).every((aspect) => isSameIn(aspect, seen, named));
}

/** Whether each thing that `from` names is still so, or is as `to` names it already: nobody else's value stands there. */
export function isBetween(seen: FlagValue, from: FlagValue, to: FlagValue): boolean {
  return namedAspects(from).every(
    (aspect) =>
      isSameIn(aspect, seen, from) || (namedAspects(to).includes(aspect) && isSameIn(aspect, seen, to)),
  );
}

function isSameIn(aspect: FlagAspect, seen: FlagValue, named: FlagValue): boolean {
  const [found, wanted] = [flagStateOf(seen), flagStateOf(named)];
  if (aspect === 'variants') return sameShares(found.variants, wanted.variants);
  return aspect === 'on' ? found.on === wanted.on : sameShare(found.percentage, wanted.percentage);
}

/** `named`, and of `seen` what `to` names beside it: all that a change to `to` takes away. */
export function takenAway(named: FlagValue, to: FlagValue, seen: FlagValue): FlagState {
  const found = flagStateOf(seen);
  const beside = namedAspects(to).map((aspect) => [aspect, found[aspect]] as const);
  const known = beside.filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(known), ...flagStateOf(named) };
}

/** "on, 25 %, variant blue"; "blue 30 %, green 70 %" */
export function flagInWords(value: FlagValue): string {
  const { on, percentage, variants } = flagStateOf(value);
  const served = Object.entries(variants ?? {}).filter(([, share]) => share > 0);
  const words = [
    ...(on === undefined ? [] : [on ? 'on' : 'off']),
    ...(percentage === undefined ? [] : [`${percentage} %`]),
    ...(served.length === 1
      ? served.map(([name]) => `variant ${name}`)
      : served.map(([name, share]) => `${name} ${share} %`)),
  ];
  return words.length > 0 ? words.join(', ') : 'nothing that is known';
}

/** Why no flag can serve it; null where one may. */
export function flagContradiction(value: FlagValue): string | null {
  if (typeof value === 'object' && value.variant !== undefined && value.variants !== undefined)
    return 'it names both one variant and several';
  const { variants, percentage } = flagStateOf(value);
  if (percentage !== undefined && !isShare(percentage)) return `${percentage} % is no share of all`;
  if (variants === undefined) return null;
  const sum = Object.values(variants).reduce((total, share) => total + share, 0);
  return sameShare(sum, 100) ? null : `its variants are served to ${sum} % instead of 100 %`;
}

function isShare(share: number): boolean {
  return share >= 0 && share <= 100;
}

function sameShares(one: Record<string, number> | undefined, other: Record<string, number> | undefined) {
  if (one === undefined || other === undefined) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  // One that nobody is served may be left out.
  return [...names].every((name) => sameShare(shareOf(one, name), shareOf(other, name)));
}

function shareOf(shares: Record<string, number>, name: string): number {
  return Object.hasOwn(shares, name) ? (shares[name] ?? 0) : 0;
}

function sameShare(one: number | undefined, other: number | undefined): boolean {
  return one !== undefined && other !== undefined && Math.abs(one - other) < leastShare;
}
