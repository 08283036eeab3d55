import { type AwsCall, type Param, Refused } from '../../aws/aws-server-harness.ts';
import { arn, type ChangeSet, type ShownChange, type StackServer } from './stack-server-harness.ts';

export function templateAt({ templates }: StackServer, url: Param | undefined) {
  const version = /^https:\/\/templates\.example\/queues\/(.+)\.yaml$/.exec(String(url))?.[1] ?? '';
  const template = templates[version];
  if (!template) throw new Refused('ValidationError', 'S3 error: The specified key does not exist.');
  return { ...template, version };
}

export function createChangeSet(server: StackServer, params: AwsCall['params']): ChangeSet {
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

export function findChangeSet({ stack }: StackServer, name: Param | undefined): ChangeSet {
  const changeSet = stack.changeSets.get(String(name));
  if (!changeSet) throw new Refused('ChangeSetNotFound', `ChangeSet [${String(name)}] does not exist`, 404);
  return changeSet;
}

export function describeChangeSet(
  server: StackServer,
  { ChangeSetName: name, NextToken: token }: AwsCall['params'],
) {
  const inside = server.nested[String(name)];
  if (inside) return { Status: 'CREATE_COMPLETE', ExecutionStatus: 'UNAVAILABLE', Changes: shown(inside) };
  const changeSet = findChangeSet(server, name);
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

export function parametersOf({ parameters }: StackServer['stack'], given: Param[]): Record<string, string> {
  const entries = given.map((one) => {
    const { ParameterKey: key = '', ParameterValue: value } = one as Record<string, string>;
    return [key, value ?? parameters[key] ?? ''] as const;
  });
  return Object.fromEntries(entries);
}
