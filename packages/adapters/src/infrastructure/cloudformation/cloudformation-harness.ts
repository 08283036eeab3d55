import {
  type AwsCall,
  type AwsServer,
  type Param,
  Refused,
  startAwsServer,
} from '../../aws/aws-server-harness.ts';

/** A change as a change set shows it, where it is about a resource. */
export interface ShownChange {
  Action: 'Add' | 'Modify' | 'Remove' | 'Dynamic';
  LogicalResourceId: string;
  ResourceType: string;
  Replacement?: 'True' | 'False' | 'Conditional';
  PolicyAction?: string;
  ChangeSetId?: string;
}

interface ChangeSet {
  id: string;
  to: string;
  status: string;
  execution: string;
  looks: number;
  reason: string;
  parameters: Param[];
}

export interface StackServer extends AwsServer {
  stack: {
    id: string;
    status: string;
    parameters: Record<string, string>;
    updatedAt: number;
    drift: string;
    drifted: string[];
    /** Newest first. */
    events: Record<string, string | undefined>[];
    changeSets: Map<string, ChangeSet>;
  };
  /** Per version: the parameters of its template, and what going to it changes. */
  templates: Record<string, { parameters: string[]; changes: ShownChange[] }>;
  /** Change sets of stacks inside, by their ARN. */
  nested: Record<string, ShownChange[]>;
  /** So often a change set is still being made when it is looked at. */
  looksUntilMade: number;
  /** A page of a change set has so many changes. */
  pageSize: number;
  /** Somebody updates the stack, by no change set. */
  update(version: string): void;
  /** What is under way ends: as wanted, or undone for this reason. */
  settle(failure?: string): void;
}

const arn = 'arn:aws:cloudformation:eu-central-1:123456789012';

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
      return { Id: create(server, params).id, StackId: stack.id };
    case 'DescribeChangeSet':
      return describe(server, params);
    case 'ExecuteChangeSet': {
      const changeSet = find(server, params.ChangeSetName);
      if (changeSet.execution !== 'AVAILABLE' || stack.status.endsWith('_IN_PROGRESS'))
        throw new Refused('InvalidChangeSetStatus', `ChangeSet is in ${changeSet.execution} state`);
      begin(parametersOf(stack, changeSet.parameters), String(params.ClientRequestToken));
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

function templateAt({ templates }: StackServer, url: Param | undefined) {
  const version = /^https:\/\/templates\.example\/queues\/(.+)\.yaml$/.exec(String(url))?.[1] ?? '';
  const template = templates[version];
  if (!template) throw new Refused('ValidationError', 'S3 error: The specified key does not exist.');
  return { ...template, version };
}

function create(server: StackServer, params: AwsCall['params']): ChangeSet {
  const { stack } = server;
  if (/_IN_PROGRESS$|ROLLBACK_FAILED$/.test(stack.status))
    throw new Refused(
      'ValidationError',
      `Stack:${stack.id} is in ${stack.status} state and can not be updated.`,
    );
  const name = String(params.ChangeSetName);
  if (stack.changeSets.has(name))
    throw new Refused('AlreadyExistsException', `ChangeSet ${name} cannot be created due to a mismatch`);
  const template = templateAt(server, params.TemplateURL);
  const parameters = (params.Parameters ?? []) as { ParameterKey: string; UsePreviousValue?: string }[];
  for (const { ParameterKey: key, UsePreviousValue: previous } of parameters) {
    if (!template.parameters.includes(key))
      throw new Refused('ValidationError', `Parameters: [${key}] do not exist in the template`);
    if (previous === 'true' && !(key in stack.parameters))
      throw new Refused(
        'ValidationError',
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true`,
      );
  }
  if (!JSON.stringify(params.Capabilities ?? []).includes('CAPABILITY_NAMED_IAM'))
    throw new Refused('InsufficientCapabilitiesException', 'Requires capabilities : [CAPABILITY_NAMED_IAM]');
  const changeSet: ChangeSet = {
    id: `${arn}:changeSet/${name}/aaaa`,
    to: template.version,
    status: 'CREATE_PENDING',
    execution: 'UNAVAILABLE',
    looks: 0,
    reason: '',
    parameters,
  };
  stack.changeSets.set(name, changeSet);
  return changeSet;
}

function find({ stack }: StackServer, name: Param | undefined): ChangeSet {
  const changeSet = stack.changeSets.get(String(name));
  if (!changeSet) throw new Refused('ChangeSetNotFound', `ChangeSet [${String(name)}] does not exist`, 404);
  return changeSet;
}

function describe(server: StackServer, { ChangeSetName: name, NextToken: token }: AwsCall['params']) {
  const inside = server.nested[String(name)];
  if (inside) return { Status: 'CREATE_COMPLETE', ExecutionStatus: 'UNAVAILABLE', Changes: shown(inside) };
  const changeSet = find(server, name);
  if (changeSet.looks >= server.looksUntilMade && changeSet.execution === 'UNAVAILABLE')
    Object.assign(changeSet, { status: 'CREATE_COMPLETE', execution: 'AVAILABLE' });
  changeSet.looks += 1;
  const { id, status: Status, execution: ExecutionStatus, reason, to } = changeSet;
  const isMade = Status === 'CREATE_COMPLETE';
  const [all, from] = [server.templates[to]?.changes ?? [], Number(token ?? 0)];
  const next = from + server.pageSize;
  return {
    ChangeSetId: id,
    Status,
    ExecutionStatus,
    StatusReason: reason === '' ? undefined : reason,
    Changes: isMade ? shown(all.slice(from, next)) : [],
    NextToken: isMade && next < all.length ? String(next) : undefined,
  };
}

const shown = (changes: ShownChange[]) =>
  changes.map((ResourceChange) => ({ Type: 'Resource', ResourceChange }));

function parametersOf({ parameters }: StackServer['stack'], given: Param[]): Record<string, string> {
  const entries = given.map((one) => {
    const { ParameterKey: key = '', ParameterValue: value } = one as Record<string, string>;
    return [key, value ?? parameters[key] ?? ''] as const;
  });
  return Object.fromEntries(entries);
}
