import type { PlainFlagState } from '@lastgood/domain/rollback/contracts/flag-state';
import Type from 'typebox';

/** What is read of a feature; what else it has stays as it is. */
const Variant = Type.Object({
  name: Type.String({ maxLength: 1_000 }),
  /** In thousandths. */
  weight: Type.Number({ minimum: 0, maximum: 1_000 }),
  weightType: Type.String(),
});

const Strategy = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 100 }),
  name: Type.String(),
  disabled: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  variants: Type.Optional(Type.Array(Variant, { maxItems: 200 })),
});

export const Environment = Type.Object({
  name: Type.String(),
  enabled: Type.Boolean(),
  strategies: Type.Array(Strategy, { maxItems: 200 }),
});

export const Feature = Type.Object({
  archived: Type.Optional(Type.Boolean()),
  environments: Type.Array(Environment, { maxItems: 1_000 }),
});

export type UnleashVariant = Type.Static<typeof Variant>;
export type UnleashStrategy = Type.Static<typeof Strategy>;
export type UnleashEnvironment = Type.Static<typeof Environment>;

/**
 * The one strategy whose percentage and variants are those of the flag. Strategies are alternatives, so beside others that are
 * active it alone says neither.
 */
export function gradualStrategy({ strategies }: UnleashEnvironment): UnleashStrategy | null {
  const active = activeStrategies({ strategies });
  const [only] = active;
  return only && active.length === 1 && only.name === 'flexibleRollout' ? only : null;
}

export function activeStrategies({ strategies }: Pick<UnleashEnvironment, 'strategies'>): UnleashStrategy[] {
  return strategies.filter(({ disabled }) => disabled !== true);
}

/** What a feature serves in an environment, as far as one percentage and one set of variants say it. */
export function stateOf(environment: UnleashEnvironment): PlainFlagState {
  const gradual = gradualStrategy(environment);
  const rollout = gradual?.parameters?.rollout;
  const percentage =
    typeof rollout === 'string' || typeof rollout === 'number' ? Number(rollout) : Number.NaN;
  const variants = gradual?.variants ?? [];
  return {
    on: environment.enabled,
    ...(rollout === '' || Number.isNaN(percentage) ? {} : { percentage }),
    ...(variants.length > 0
      ? { variants: Object.fromEntries(variants.map(({ name, weight }) => [name, weight / 10])) }
      : {}),
  };
}

/**
 * The variants with other weights: all fixed, but for the one with the greatest share, because Unleash wants one that takes
 * what is left. Null where one is wanted that is not there, or a share that Unleash cannot keep.
 */
export function weighted(
  variants: readonly UnleashVariant[],
  shares: Record<string, number>,
): UnleashVariant[] | null {
  const wanted = Object.keys(shares).filter((name) => (shares[name] ?? 0) > 0);
  if (wanted.some((name) => !variants.some((variant) => variant.name === name))) return null;
  if (wanted.some((name) => !isTenth(shares[name] ?? 0))) return null;
  const weights = variants.map(({ name }) =>
    Object.hasOwn(shares, name) ? Math.round((shares[name] ?? 0) * 10) : 0,
  );
  const rest = weights.indexOf(Math.max(...weights));
  return variants.map((variant, index) => ({
    ...variant,
    weight: weights[index] ?? 0,
    weightType: index === rest ? 'variable' : 'fix',
  }));
}

function isTenth(share: number): boolean {
  return Math.abs(share * 10 - Math.round(share * 10)) < 1e-6;
}
