import {
  type AwsCall,
  type AwsServer,
  type Param,
  Refused,
  startAwsServer,
} from '../../aws/aws-server-harness.ts';
import { createAwsAlb } from './aws-alb.ts';
import type { AwsAlbSettings } from './settings.ts';

const account = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';
export const listenerArn = `${account}:listener/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2`;
export const ruleArn = `${account}:listener-rule/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`;
export const groupArn = (name: string) => `${account}:targetgroup/${name}/73e2d6bc24d8a067`;

const place = { cluster: 'main', namespace: 'shop' };
export const shop = { route: { ...place, kind: 'listener-rule', name: 'shop0' }, rule: null };
export const front = { route: { ...place, kind: 'listener', name: 'front0' }, rule: null };

type StoredAction = Record<string, Param>;

/** What a load balancer stores, and what its health checks say of the targets of each group. */
export interface LoadBalancerServer extends AwsServer {
  /** Of a rule, and of a listener by default: by ARN. */
  actions: Record<string, StoredAction[]>;
  /** By the name of the group: a state for each target. */
  targets: Record<string, string[]>;
}

export const forward = (weights: Record<string, number>, sticky = false): StoredAction => ({
  Type: 'forward',
  ForwardConfig: {
    TargetGroups: Object.entries(weights).map(([name, weight]) => ({
      TargetGroupArn: groupArn(name),
      Weight: String(weight),
    })),
    TargetGroupStickinessConfig: sticky ? { Enabled: 'true', DurationSeconds: '3600' } : { Enabled: 'false' },
  },
});

/**
 * Elastic Load Balancing on its wire, as far as splitting traffic asks of it, and refusing what the real one refuses.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html
 */
export async function startLoadBalancers(): Promise<LoadBalancerServer> {
  const stored: Pick<LoadBalancerServer, 'actions' | 'targets'> = {
    actions: {
      [ruleArn]: [forward({ old: 0, new: 100 })],
      [listenerArn]: [forward({ old: 0, new: 100 })],
    },
    targets: { old: ['healthy'], new: ['healthy'] },
  };
  const server = await startAwsServer({ service: 'elasticloadbalancing', version: '2015-12-01' }, (call) =>
    answer(call, stored),
  );
  return Object.assign(server, stored);
}

function answer({ action, params }: AwsCall, stored: Pick<LoadBalancerServer, 'actions' | 'targets'>) {
  const known = (arn: Param | undefined, code: string) => {
    const found = typeof arn === 'string' ? stored.actions[arn] : undefined;
    if (!found) throw new Refused(code, 'One or more listeners or rules not found');
    return found;
  };
  switch (action) {
    case 'DescribeRules': {
      const [arn] = params.RuleArns as string[];
      return {
        Rules: [
          { RuleArn: arn, Priority: '10', IsDefault: 'false', Actions: shown(known(arn, 'RuleNotFound')) },
        ],
      };
    }
    case 'DescribeListeners': {
      const [arn] = params.ListenerArns as string[];
      return {
        Listeners: [{ ListenerArn: arn, Port: '443', DefaultActions: shown(known(arn, 'ListenerNotFound')) }],
      };
    }
    case 'ModifyRule': {
      known(params.RuleArn, 'RuleNotFound');
      stored.actions[String(params.RuleArn)] = accepted(params.Actions, stored.targets);
      return { Rules: [] };
    }
    case 'ModifyListener': {
      known(params.ListenerArn, 'ListenerNotFound');
      stored.actions[String(params.ListenerArn)] = accepted(params.DefaultActions, stored.targets);
      return { Listeners: [] };
    }
    case 'DescribeTargetHealth':
      return { TargetHealthDescriptions: healthOf(String(params.TargetGroupArn), stored) };
    default:
      throw new Refused('InvalidAction', `Could not find operation ${action}`);
  }
}

/** A secret is never read back. */
function shown(actions: StoredAction[]): StoredAction[] {
  return actions.map((action) => {
    const { ClientSecret: _secret, ...config } = (action.AuthenticateOidcConfig ?? {}) as StoredAction;
    return action.AuthenticateOidcConfig ? { ...action, AuthenticateOidcConfig: config } : action;
  });
}

function accepted(given: Param | undefined, targets: LoadBalancerServer['targets']): StoredAction[] {
  const actions = (given ?? []) as StoredAction[];
  const last = actions.filter(({ Type }) => Type === 'forward');
  if (last.length !== 1)
    throw new Refused('InvalidLoadBalancerAction', 'Exactly one action must route the request');
  for (const action of actions) {
    const oidc = action.AuthenticateOidcConfig as StoredAction | undefined;
    if (oidc && oidc.ClientSecret === undefined && oidc.UseExistingClientSecret !== 'true')
      throw new Refused('ValidationError', 'A client secret is required');
  }
  const [{ ForwardConfig, TargetGroupArn } = {}] = last;
  const tuples = ((ForwardConfig as StoredAction | undefined)?.TargetGroups ?? []) as StoredAction[];
  if (tuples.length === 0 || tuples.length > 5)
    throw new Refused('InvalidLoadBalancerAction', 'A forward action takes 1 to 5 target groups');
  if (TargetGroupArn !== undefined && tuples.length > 1)
    throw new Refused(
      'InvalidLoadBalancerAction',
      'You cannot specify TargetGroupArn beside several target groups',
    );
  for (const { TargetGroupArn: arn, Weight: weight } of tuples) {
    if (!(nameOf(String(arn)) in targets))
      throw new Refused('TargetGroupNotFound', 'One or more target groups not found');
    if (!/^\d{1,3}$/.test(String(weight)))
      throw new Refused('ValidationError', `Weight '${String(weight)}' must be an integer between 0 and 999`);
  }
  return actions;
}

/** Nobody checks the targets of a group that no action names. */
function healthOf(arn: string, { actions, targets }: Pick<LoadBalancerServer, 'actions' | 'targets'>) {
  const states = targets[nameOf(arn)];
  if (!states) throw new Refused('TargetGroupNotFound', 'One or more target groups not found');
  const isUsed = JSON.stringify(actions).includes(arn);
  return states.map((state, at) => ({
    Target: { Id: `i-0${at}`, Port: '80' },
    TargetHealth: isUsed
      ? { State: state, ...(state === 'unavailable' ? { Reason: 'Target.HealthCheckDisabled' } : {}) }
      : { State: 'unused', Reason: 'Target.NotInUse' },
  }));
}

const nameOf = (arn: string) => arn.split('/')[1] ?? '';

export function adapterOf({ url, region, key }: LoadBalancerServer, settings: Partial<AwsAlbSettings> = {}) {
  return createAwsAlb({
    name: 'aws',
    region,
    endpoint: url,
    ...key,
    timeoutMs: 400,
    routes: { shop0: ruleArn, front0: listenerArn },
    ...settings,
  });
}

/** As the load balancer has them, by the names of the groups. */
export function weightsOf(server: LoadBalancerServer, arn: string): Record<string, number> {
  const [action] = server.actions[arn]?.filter(({ Type }) => Type === 'forward') ?? [];
  const config = action?.ForwardConfig as
    | { TargetGroups: { TargetGroupArn: string; Weight: string }[] }
    | undefined;
  return Object.fromEntries(
    (config?.TargetGroups ?? []).map(({ TargetGroupArn, Weight }) => [
      TargetGroupArn.split('/')[1],
      Number(Weight),
    ]),
  );
}
