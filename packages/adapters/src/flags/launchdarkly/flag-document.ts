import type { PlainFlagState } from '@lastgood/domain/rollback/contracts/flag-state';
import Type from 'typebox';

const Index = Type.Integer({ minimum: 0, maximum: 10_000 });

const Rollout = Type.Object({
  variations: Type.Array(
    /** In thousandths of a percent. */
    Type.Object({ variation: Index, weight: Type.Integer({ minimum: 0, maximum: 100_000 }) }),
    { maxItems: 1_000 },
  ),
  bucketBy: Type.Optional(Type.String()),
  contextKind: Type.Optional(Type.String()),
  experimentAllocation: Type.Optional(Type.Unknown()),
});

const Environment = Type.Object({
  on: Type.Boolean(),
  archived: Type.Optional(Type.Boolean()),
  version: Type.Integer(),
  fallthrough: Type.Optional(
    Type.Object({ variation: Type.Optional(Index), rollout: Type.Optional(Rollout) }),
  ),
});

/** What is read of a flag; the rest of it stays as it is. https://launchdarkly.com/docs/api/feature-flags/get-feature-flag */
export const FlagDocument = Type.Object({
  archived: Type.Optional(Type.Boolean()),
  variations: Type.Array(
    Type.Object({
      _id: Type.String({ minLength: 1, maxLength: 100 }),
      value: Type.Unknown(),
      name: Type.Optional(Type.String()),
    }),
    { minItems: 1, maxItems: 1_000 },
  ),
  environments: Type.Record(Type.String(), Environment),
});

export type LaunchDarklyEnvironment = Type.Static<typeof Environment>;
export type LaunchDarklyVariation = Type.Static<typeof FlagDocument>['variations'][number];

/** What a setting is made from. */
export interface HeldFlag {
  variations: LaunchDarklyVariation[];
  environment: LaunchDarklyEnvironment;
}

/**
 * By what a person knows a variation: its name, else its value where that is a plain one. Two that are called the same are both
 * told by their ids.
 */
export function variationNames(variations: readonly LaunchDarklyVariation[]): string[] {
  const called = variations.map(({ name, value, _id }) =>
    name ? name : typeof value === 'object' ? _id : String(value),
  );
  return called.map((name, index) =>
    called.filter((other) => other === name).length > 1 ? (variations[index]?._id ?? name) : name,
  );
}

/** Which variation is true, of a flag that has two, true and false; null of any other. */
export function trueVariation(variations: readonly LaunchDarklyVariation[]): number | null {
  const values = variations.map(({ value }) => value);
  const isBoolean = values.length === 2 && values.includes(true) && values.includes(false);
  return isBoolean ? values.indexOf(true) : null;
}

/** Shares in percent, in the order of the variations; null where the default rule says none. */
function sharesOf({ environment: { fallthrough }, variations }: HeldFlag): number[] | null {
  const shares = variations.map(() => 0);
  const { variation, rollout } = fallthrough ?? {};
  const served = rollout?.variations ?? (variation === undefined ? [] : [{ variation, weight: 100_000 }]);
  if (served.length === 0 || served.some((one) => one.variation >= shares.length)) return null;
  for (const one of served) shares[one.variation] = (shares[one.variation] ?? 0) + one.weight / 1_000;
  return shares;
}

/**
 * What a flag serves by its default rule while it is on. The percentage is the share of true, of a flag that is true or false;
 * rules and targets of its own are not told.
 */
export function stateOf(held: HeldFlag): PlainFlagState {
  const { on } = held.environment;
  const shares = sharesOf(held);
  if (shares === null) return { on };
  const names = variationNames(held.variations);
  const variants = Object.fromEntries(names.map((name, index) => [name, shares[index] ?? 0]));
  const yes = trueVariation(held.variations);
  return { on, variants, ...(yes === null ? {} : { percentage: shares[yes] ?? 0 }) };
}
