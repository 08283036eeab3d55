import type { WeightTarget } from '@lastgood/domain/rollback/contracts/set-weight';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { isEmptied, withWeights } from './forward-action.ts';
import type { LoadBalancerApi } from './load-balancer-api.ts';
import { type RuleState, readRule } from './read-weights.ts';
import type { AwsAlbSettings } from './settings.ts';

type Weights = Record<string, number>;

const retryAfterMs = 1_000;
const busyForMs = 5_000;

/**
 * Sends all weights of a rule in one write, which replaces its actions. There is no version to compare with, so the rule is
 * read once more right before; who changes it within those milliseconds is overwritten, and seen by nobody.
 */
export async function setWeights(
  api: LoadBalancerApi,
  step: WeightTarget,
  settings: AwsAlbSettings,
  signal: AbortSignal,
): Promise<EffectResult> {
  const rule = await readRule(api, step, settings, signal);
  if ('kind' in rule) {
    return rule.kind === 'not-found'
      ? { kind: 'refused', reason: rule.reason }
      : { kind: 'retry', reason: rule.reason, afterMs: retryAfterMs };
  }
  const { weights } = rule.forward;
  if (isSame(weights, step.weights)) return { kind: 'already', note: 'in place' };
  if (!isSame(weights, step.from)) {
    const reason = `${rule.title} became ${inWords(weights)} a moment ago: neither ${inWords(step.from)} nor ${inWords(step.weights)}. Somebody else changes it.`;
    return { kind: 'refused', reason };
  }
  const removes = removesEmptied(rule, settings);
  const actions = withWeights(rule.actions, rule.forward, step.weights, removes);
  if (actions === null) {
    const reason = `${rule.title} does not name every target group that is to get traffic: ${inWords(step.weights)}.`;
    return { kind: 'refused', reason };
  }
  const answer = await api.writeActions(rule.arn, actions, signal);
  switch (answer.kind) {
    case 'answered':
      return { kind: 'applied', note: toldAfter(step.weights, rule, removes) };
    case 'busy':
      return { kind: 'retry', reason: answer.reason, afterMs: busyForMs };
    case 'not-sent':
      return { kind: 'retry', reason: answer.reason, afterMs: retryAfterMs };
    case 'lost':
      return { kind: 'unknown', reason: answer.reason };
    default:
      return { kind: 'refused', reason: answer.reason };
  }
}

function removesEmptied({ forward }: RuleState, { emptyBy = 'auto' }: AwsAlbSettings): boolean {
  return emptyBy === 'removal' || (emptyBy === 'auto' && forward.isSticky);
}

/** What the weights do not say, for the timeline. */
function toldAfter(weights: Weights, { forward }: RuleState, removes: boolean): string {
  const emptied = Object.keys(forward.groups).filter((name) => isEmptied(forward, weights, name));
  const said = [`taken: ${inWords(weights)}`];
  if (removes && emptied.length > 0)
    said.push(
      `${emptied.join(', ')} taken out of the action: put it back with weight 0 before the next release`,
    );
  if (!removes && forward.isSticky && emptied.length > 0)
    said.push(`clients who stick to ${emptied.join(', ')} stay there until that ends`);
  return said.join('; ');
}

/** A group that is not named has no weight. */
function isSame(a: Weights, b: Weights): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every((name) => (a[name] ?? 0) === (b[name] ?? 0));
}

function inWords(weights: Weights): string {
  return Object.entries(weights)
    .map(([name, weight]) => `${name} ${weight}`)
    .join(', ');
}
