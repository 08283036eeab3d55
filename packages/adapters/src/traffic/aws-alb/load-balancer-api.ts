import {
  type Action,
  DescribeListenersCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type AwsAnswer, askAws } from '../../aws/ask-aws.ts';
import { defaultAwsTimeoutMs } from '../../aws/aws-settings.ts';
import type { ClientOptions } from '../../aws/client-options.ts';
import { limitAnswers } from '../../aws/limit-answers.ts';
import { type AwsAlbSettings, isListener } from './settings.ts';

/** What is asked of Elastic Load Balancing. A rule and the default action of a listener are read and written alike. */
export interface LoadBalancerApi {
  readActions(arn: string, signal: AbortSignal): Promise<AwsAnswer<Action[]>>;
  writeActions(arn: string, actions: Action[], signal: AbortSignal): Promise<AwsAnswer<null>>;
  /** Targets of a group that are healthy, or that nobody checks. */
  countHealthy(groupArn: string, signal: AbortSignal): Promise<AwsAnswer<TargetCount>>;
  close(): void;
}

export interface TargetCount {
  healthy: number;
  unchecked: number;
}

export function createLoadBalancerApi(settings: AwsAlbSettings, options: ClientOptions): LoadBalancerApi {
  const client = limitAnswers(new ElasticLoadBalancingV2Client(options));
  const limits = {
    where: `Elastic Load Balancing in ${settings.region}`,
    timeoutMs: settings.timeoutMs ?? defaultAwsTimeoutMs,
  };
  const ask = <T>(send: (abortSignal: AbortSignal) => Promise<T>, signal: AbortSignal) =>
    askAws(send, signal, limits);

  return {
    close: () => client.destroy(),
    async readActions(arn, signal) {
      const answer = isListener(arn)
        ? await ask(async (abortSignal) => {
            const command = new DescribeListenersCommand({ ListenerArns: [arn] });
            const { Listeners } = await client.send(command, { abortSignal });
            return Listeners?.find(({ ListenerArn }) => ListenerArn === arn)?.DefaultActions;
          }, signal)
        : await ask(async (abortSignal) => {
            const command = new DescribeRulesCommand({ RuleArns: [arn] });
            const { Rules } = await client.send(command, { abortSignal });
            return Rules?.find(({ RuleArn }) => RuleArn === arn)?.Actions;
          }, signal);
      return needed(answer, limits.where);
    },
    async writeActions(arn, actions, signal) {
      return ask(async (abortSignal) => {
        await (isListener(arn)
          ? client.send(new ModifyListenerCommand({ ListenerArn: arn, DefaultActions: actions }), {
              abortSignal,
            })
          : client.send(new ModifyRuleCommand({ RuleArn: arn, Actions: actions }), { abortSignal }));
        return null;
      }, signal);
    },
    async countHealthy(groupArn, signal) {
      const answer = await ask(async (abortSignal) => {
        const command = new DescribeTargetHealthCommand({ TargetGroupArn: groupArn });
        const { TargetHealthDescriptions: targets } = await client.send(command, { abortSignal });
        return targets?.map(({ TargetHealth }) => TargetHealth ?? {});
      }, signal);
      const states = needed(answer, limits.where);
      if (states.kind !== 'answered') return states;
      return {
        kind: 'answered',
        value: {
          healthy: states.value.filter(({ State }) => State === 'healthy').length,
          unchecked: states.value.filter(({ Reason }) => Reason === 'Target.HealthCheckDisabled').length,
        },
      };
    },
  };
}

/** An answer without what was asked for is no answer. */
function needed<T>(answer: AwsAnswer<T | undefined>, where: string): AwsAnswer<T> {
  if (answer.kind !== 'answered') return answer;
  const { value } = answer;
  return value === undefined
    ? { kind: 'lost', code: null, reason: `${where} gave an answer that cannot be read.` }
    : { kind: 'answered', value };
}
