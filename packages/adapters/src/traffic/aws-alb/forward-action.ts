import type { Action, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';

type Weights = Record<string, number>;

/** How a rule splits its traffic. */
export interface Forward {
  /** Name of the target group to its ARN, for those of the action. */
  groups: Record<string, string>;
  weights: Weights;
  isSticky: boolean;
}

/** The name in `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-blue/50dc6c495c0c9188`. */
const groupName = /:targetgroup\/([A-Za-z0-9-]{1,32})\/[0-9a-f]+$/;

/** Reads the `forward` action among those of a rule; a reason where there is none that can be read. */
export function readForward(actions: readonly Action[]): Forward | { reason: string } {
  const [forward, another] = actions.filter(({ Type }) => Type === 'forward');
  if (!forward || another) return { reason: 'does not forward to target groups' };
  const tuples = tuplesOf(forward);
  const groups: Record<string, string> = {};
  const weights: Weights = {};
  for (const { TargetGroupArn: arn = '', Weight: weight } of tuples) {
    const name = groupName.exec(arn)?.[1];
    if (name === undefined || weight === undefined || name in weights)
      return { reason: 'has an action that is not understood' };
    groups[name] = arn;
    weights[name] = weight;
  }
  if (tuples.length === 0) return { reason: 'forwards to no target group' };
  return { groups, weights, isSticky: forward.ForwardConfig?.TargetGroupStickinessConfig?.Enabled === true };
}

/** A single group may be written without a weight, which is all of the traffic. */
function tuplesOf({ ForwardConfig, TargetGroupArn }: Action): TargetGroupTuple[] {
  const tuples = ForwardConfig?.TargetGroups ?? [];
  const [only] = tuples;
  if (tuples.length > 1) return tuples;
  if (only) return [{ Weight: 1, ...only }];
  return TargetGroupArn === undefined ? [] : [{ TargetGroupArn, Weight: 1 }];
}

/** It gets traffic now and is to get none; one that got none before is left as it is. */
export function isEmptied(forward: Forward, weights: Weights, name: string): boolean {
  return (forward.weights[name] ?? 0) > 0 && (weights[name] ?? 0) === 0;
}

/**
 * The same actions with other weights; null where a group that gets traffic is not among those of the action. A write
 * replaces all actions, so the others go along as they are. What is never read back, the secret of an OIDC client, is kept by
 * saying so: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html
 */
export function withWeights(
  actions: readonly Action[],
  forward: Forward,
  weights: Weights,
  removesEmptied: boolean,
): Action[] | null {
  const { groups } = forward;
  if (Object.entries(weights).some(([name, weight]) => weight > 0 && !(name in groups))) return null;
  const wanted = Object.entries(groups).flatMap(([name, TargetGroupArn]): TargetGroupTuple[] => {
    const isRemoved = removesEmptied && isEmptied(forward, weights, name);
    return isRemoved ? [] : [{ TargetGroupArn, Weight: weights[name] ?? 0 }];
  });
  return actions.map((action) => {
    if (action.Type === 'forward') {
      // Beside several groups the single one of the older form is refused.
      const { TargetGroupArn: _older, ...rest } = action;
      return { ...rest, ForwardConfig: { ...action.ForwardConfig, TargetGroups: wanted } };
    }
    if (!action.AuthenticateOidcConfig) return action;
    const { ClientSecret: _never, ...config } = action.AuthenticateOidcConfig;
    return { ...action, AuthenticateOidcConfig: { ...config, UseExistingClientSecret: true } };
  });
}
