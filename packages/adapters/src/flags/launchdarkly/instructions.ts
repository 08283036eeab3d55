import { type PlainFlagState, servesFlag } from '@lastgood/domain/rollback/contracts/flag-state';
import { type HeldFlag, stateOf, trueVariation, variationNames } from './flag-document.ts';

type Planned = { instructions: object[] } | { refused: string };

/**
 * A semantic patch: all of it is taken or none.
 * https://launchdarkly.com/docs/api/feature-flags/patch-feature-flag
 */
export function instructionsTo(to: PlainFlagState, held: HeldFlag): Planned {
  const { on, percentage, variants } = to;
  const { rollout } = held.environment.fallthrough ?? {};
  const instructions: object[] = [];
  if (percentage !== undefined || variants !== undefined) {
    const shares = sharesTo(to, held);
    if (typeof shares === 'string') return { refused: shares };
    if (rollout?.experimentAllocation !== undefined)
      return { refused: 'an experiment runs on its default rule' };
    instructions.push(fallthroughTo(shares, held));
  }
  if (on !== undefined && on !== held.environment.on)
    instructions.push({ kind: on ? 'turnFlagOn' : 'turnFlagOff' });
  return { instructions };
}

/** The weights, in thousandths of a percent and in the order of the variations; or why there are none. */
function sharesTo({ percentage, variants }: PlainFlagState, held: HeldFlag): number[] | string {
  const names = variationNames(held.variations);
  const yes = trueVariation(held.variations);
  if (variants === undefined && yes === null) return 'it is not true or false, so it has no percentage';
  const lacking = Object.keys(variants ?? {}).find((name) => !names.includes(name));
  if (lacking !== undefined) return `it has no variation ${lacking}`;
  const shares = names.map((name, index) => {
    if (variants !== undefined) return Object.hasOwn(variants, name) ? (variants[name] ?? 0) : 0;
    return index === yes ? (percentage ?? 0) : 100 - (percentage ?? 0);
  });
  const weights = shares.map((share) => Math.round(share * 1_000));
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100_000)
    return 'its shares are not whole thousandths of a percent';
  const become = { ...held, environment: { ...held.environment, fallthrough: ruleOf(weights) } };
  const isBoth = servesFlag(stateOf(become), {
    ...(percentage === undefined ? {} : { percentage }),
    ...(variants === undefined ? {} : { variants }),
  });
  return isBoth ? weights : 'its percentage and its variants say two things';
}

function ruleOf(weights: readonly number[]) {
  return { rollout: { variations: weights.map((weight, variation) => ({ variation, weight })) } };
}

function fallthroughTo(weights: readonly number[], { variations, environment }: HeldFlag): object {
  const kind = 'updateFallthroughVariationOrRollout';
  const ids = variations.map(({ _id }) => _id);
  const only = weights.indexOf(100_000);
  if (only >= 0) return { kind, variationId: ids[only] };
  const { bucketBy, contextKind } = environment.fallthrough?.rollout ?? {};
  return {
    kind,
    rolloutWeights: Object.fromEntries(ids.map((id, index) => [id, weights[index] ?? 0])),
    ...(bucketBy === undefined ? {} : { rolloutBucketBy: bucketBy }),
    ...(contextKind === undefined ? {} : { rolloutContextKind: contextKind }),
  };
}
