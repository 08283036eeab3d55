import type { PlainFlagState } from '@lastgood/domain/rollback/contracts/flag-state';
import Type from 'typebox';

/** What is read of a definition; the rest stays as it is. https://flagd.dev/reference/flag-definitions/ */
export const Definition = Type.Object({
  state: Type.Union([Type.Literal('ENABLED'), Type.Literal('DISABLED')]),
  variants: Type.Record(Type.String(), Type.Unknown(), { minProperties: 1 }),
  defaultVariant: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  targeting: Type.Optional(Type.Unknown()),
});

export const DefinitionFile = Type.Object({ flags: Type.Record(Type.String(), Type.Unknown()) });

export type FlagdDefinition = Type.Static<typeof Definition>;

/** A rollout to shares: what tells people apart, where it is not their key, and the weights in their order. */
interface Fractional {
  bucketBy: unknown[];
  weights: [variant: string, weight: number][];
}

/** What is set of a definition. */
export type DefinitionChange = Partial<Pick<FlagdDefinition, 'state' | 'defaultVariant' | 'targeting'>>;

/** Weights have to be whole, and their sum below 2^31. https://flagd.dev/reference/custom-operations/fractional-operation/ */
const wholeIn = 1_000;

/**
 * What a flag serves whom no rule of its own serves otherwise. A targeting that is nothing but a fractional rollout tells its
 * shares; beside any other the default variant is told. The percentage is the share of true, of a flag that is true or false.
 */
export function stateOf(definition: FlagdDefinition): PlainFlagState {
  const on = definition.state === 'ENABLED';
  const variants = sharesOf(definition);
  if (variants === null) return { on };
  const yes = trueVariant(definition);
  return { on, variants, ...(yes === null ? {} : { percentage: variants[yes] ?? 0 }) };
}

function sharesOf(definition: FlagdDefinition): Record<string, number> | null {
  const { defaultVariant } = definition;
  if (!isFractional(definition.targeting)) return defaultVariant ? { [defaultVariant]: 100 } : null;
  const weights = fractionalOf(definition)?.weights ?? [];
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  if (sum <= 0) return null;
  const shares: Record<string, number> = {};
  for (const [name, weight] of weights) shares[name] = (shares[name] ?? 0) + (weight * 100) / sum;
  return shares;
}

/** The definition with what is to be set; in words where that cannot be. */
export function changeTo(to: PlainFlagState, definition: FlagdDefinition): DefinitionChange | string {
  const { on, percentage, variants } = to;
  const state = on === undefined ? {} : { state: on ? ('ENABLED' as const) : ('DISABLED' as const) };
  const shares = variants ?? (percentage === undefined ? null : sharesOfPercentage(percentage, definition));
  if (typeof shares === 'string') return shares;
  if (shares === null) return state;
  const lacking = Object.keys(shares).find((name) => !Object.hasOwn(definition.variants, name));
  if (lacking !== undefined) return `it has no variant ${lacking}`;
  const served = Object.entries(shares).filter(([, share]) => share > 0);
  const only = served.length === 1 ? served[0]?.[0] : undefined;
  const isPlain = isFractional(definition.targeting) || isEmpty(definition.targeting);
  if (only !== undefined && (isEmpty(definition.targeting) || !isPlain))
    return { ...state, defaultVariant: only };
  const targeting = isPlain ? rolledOut(shares, definition) : null;
  if (targeting === null) return 'its targeting is no rollout to shares, or says them in another way';
  return { ...state, targeting, ...(only === undefined ? {} : { defaultVariant: only }) };
}

function sharesOfPercentage(
  percentage: number,
  definition: FlagdDefinition,
): Record<string, number> | string {
  const yes = trueVariant(definition);
  const no = Object.keys(definition.variants).find((name) => name !== yes);
  if (yes === null || no === undefined) return 'it is not true or false, so it has no percentage';
  return { [yes]: percentage, [no]: 100 - percentage };
}

/** What people were told apart by stays, and so does the order of the variants: few change sides. */
function rolledOut(shares: Record<string, number>, definition: FlagdDefinition): object | null {
  const { bucketBy, weights } = isEmpty(definition.targeting)
    ? { bucketBy: [], weights: [] }
    : (fractionalOf(definition) ?? { bucketBy: null, weights: [] });
  if (bucketBy === null) return null;
  const isWhole = Object.values(shares).every((share) => Number.isInteger(share));
  const names = [...new Set([...weights.map(([name]) => name), ...Object.keys(shares)])];
  const become = names.map((name) => {
    const share = Object.hasOwn(shares, name) ? (shares[name] ?? 0) : 0;
    return [name, isWhole ? share : Math.round(share * wholeIn)];
  });
  return { fractional: [...bucketBy, ...become] };
}

function isFractional(targeting: unknown): targeting is { fractional: unknown[] } {
  return (
    typeof targeting === 'object' &&
    targeting !== null &&
    Object.keys(targeting).length === 1 &&
    'fractional' in targeting &&
    Array.isArray(targeting.fractional)
  );
}

function isEmpty(targeting: unknown): boolean {
  return targeting === undefined || targeting === null || JSON.stringify(targeting) === '{}';
}

/** Null where a share or a variant is an expression, or a variant stands there twice. */
function fractionalOf({ targeting, variants }: FlagdDefinition): Fractional | null {
  if (!isFractional(targeting)) return null;
  const [first, ...rest] = targeting.fractional;
  const bucketBy = Array.isArray(first) || first === undefined ? [] : [first];
  const entries = bucketBy.length > 0 ? rest : targeting.fractional;
  const weights = entries.map((entry) => weightIn(entry, variants));
  const known = weights.filter((one) => one !== null);
  const names = new Set(known.map(([name]) => name));
  return known.length === entries.length && names.size === known.length ? { bucketBy, weights: known } : null;
}

function weightIn(entry: unknown, variants: FlagdDefinition['variants']): [string, number] | null {
  if (!Array.isArray(entry) || entry.length < 1 || entry.length > 2) return null;
  const [name, weight = 1]: unknown[] = entry;
  const isKnown = typeof name === 'string' && Object.hasOwn(variants, name);
  return isKnown && Number.isInteger(weight) ? [name, Math.max(0, Number(weight))] : null;
}

/** Which variant is true, of a flag whose two variants are true and false; null of any other. */
function trueVariant({ variants }: FlagdDefinition): string | null {
  const entries = Object.entries(variants);
  const yes = entries.find(([, value]) => value === true);
  const isBoolean = entries.length === 2 && entries.some(([, value]) => value === false);
  return yes && isBoolean ? yes[0] : null;
}
