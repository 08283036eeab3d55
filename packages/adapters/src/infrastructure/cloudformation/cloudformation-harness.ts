import { type AwsCall, Refused, startAwsServer } from '../../aws/aws-server-harness.ts';
import {
  createChangeSet,
  describeChangeSet,
  findChangeSet,
  parametersOf,
  templateAt,
} from './change-set-harness.ts';
import { arn, type StackServer } from './stack-server-harness.ts';

/**
 * CloudFormation on its wire, as far as going to another version of one stack asks of it, and refusing what the real one
 * refuses. Its work ends when `settle` is called; a change set is made after `looksUntilMade`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
 */
export async function startStack(): Promise<StackServer> {
  const stack: StackServer['stack'] = {
    id: `${arn}:stack/queues/1a2b3c4d-0000-1111-2222-333344445555`,
    status: 'UPDATE_COMPLETE',
    parameters: { Version: 'v42', Size: '3' },
    updatedAt: Date.UTC(2026, 0, 2),
    drift: 'NOT_CHECKED',
    drifted: [],
    events: [],
    changeSets: new Map(),
  };
  const modified = {
    Action: 'Modify',
    LogicalResourceId: 'Queue',
    ResourceType: 'AWS::SQS::Queue',
    Replacement: 'False',
  } as const;
  const state = {
    stack,
    templates: { v41: { parameters: ['Version', 'Size'], changes: [modified] } } as StackServer['templates'],
    nested: {} as StackServer['nested'],
    looksUntilMade: 0,
    pageSize: 100,
  };
  let before = stack.parameters;
  const event = (status: string, token: string | undefined, resource = 'queues', reason?: string) =>
    stack.events.unshift({
      EventId: `${stack.events.length}`,
      StackId: stack.id,
      StackName: 'queues',
      LogicalResourceId: resource,
      PhysicalResourceId: resource === 'queues' ? stack.id : resource,
      ResourceStatus: status,
      ResourceStatusReason: reason,
      ClientRequestToken: token,
      Timestamp: new Date(stack.updatedAt).toISOString(),
    });
  const begin = (parameters: Record<string, string>, token: string | undefined) => {
    before = stack.parameters;
    stack.parameters = parameters;
    stack.status = 'UPDATE_IN_PROGRESS';
    stack.updatedAt += 60_000;
    for (const changeSet of stack.changeSets.values()) changeSet.execution = 'OBSOLETE';
    event('UPDATE_IN_PROGRESS', token);
  };
  const server = await startAwsServer({ service: 'cloudformation', version: '2010-05-15' }, (call) =>
    answer(call, served, begin),
  );
  const served: StackServer = Object.assign(server, state, {
    update(version: string) {
      begin({ ...stack.parameters, Version: version }, undefined);
    },
    settle(failure?: string) {
      if (stack.status !== 'UPDATE_IN_PROGRESS') return;
      const token = stack.events[0]?.ClientRequestToken;
      if (failure !== undefined) {
        stack.parameters = before;
        event('UPDATE_FAILED', token, 'Queue', failure);
        event('UPDATE_ROLLBACK_IN_PROGRESS', token);
      }
      stack.status = failure === undefined ? 'UPDATE_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE';
      event(stack.status, token);
    },
  });
  return served;
}

type Begin = (parameters: Record<string, string>, token: string | undefined) => void;

function answer({ action, params }: AwsCall, server: StackServer, begin: Begin) {
  const { stack } = server;
  const name = params.StackName;
  if (name !== undefined && name !== 'queues' && name !== stack.id)
    throw new Refused('ValidationError', `Stack with id ${String(name)} does not exist`);
  switch (action) {
    case 'DescribeStacks':
      return { Stacks: [shownStack(stack)] };
    case 'DescribeStackEvents':
      return { StackEvents: stack.events.slice(0, 100) };
    case 'DescribeStackResourceDrifts':
      return {
        StackResourceDrifts: stack.drifted.map((one) => ({
          StackId: stack.id,
          LogicalResourceId: one,
          ResourceType: 'AWS::SQS::Queue',
          StackResourceDriftStatus: 'MODIFIED',
          Timestamp: new Date(0).toISOString(),
        })),
      };
    case 'GetTemplateSummary': {
      const { parameters } = templateAt(server, params.TemplateURL);
      return { Parameters: parameters.map((ParameterKey) => ({ ParameterKey, ParameterType: 'String' })) };
    }
    case 'CreateChangeSet':
      return { Id: createChangeSet(server, params).id, StackId: stack.id };
    case 'DescribeChangeSet':
      return describeChangeSet(server, params);
    case 'ExecuteChangeSet': {
      const changeSet = findChangeSet(server, params.ChangeSetName);
      if (changeSet.execution !== 'AVAILABLE' || stack.status.endsWith('_IN_PROGRESS'))
        throw new Refused('InvalidChangeSetStatus', `ChangeSet is in ${changeSet.execution} state`);
      const token = String(params.ClientRequestToken);
      if (stack.events.some(({ ClientRequestToken: used }) => used === token))
        throw new Refused('TokenAlreadyExistsException', `Token ${token} already exists`);
      begin(parametersOf(stack, changeSet.parameters), token);
      return {};
    }
    default:
      throw new Refused('InvalidAction', `Could not find operation ${action}`);
  }
}

function shownStack({ id, status, parameters, updatedAt, drift }: StackServer['stack']) {
  return {
    StackId: id,
    StackName: 'queues',
    StackStatus: status,
    CreationTime: new Date(Date.UTC(2025, 0, 1)).toISOString(),
    LastUpdatedTime: new Date(updatedAt).toISOString(),
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    DriftInformation: { StackDriftStatus: drift },
  };
}
