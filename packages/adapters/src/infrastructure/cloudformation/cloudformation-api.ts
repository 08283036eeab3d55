import {
  type Change,
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
  DescribeStackEventsCommand,
  DescribeStackResourceDriftsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateSummaryCommand,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { type AwsAnswer, askAws } from '../../aws/ask-aws.ts';
import { defaultAwsTimeoutMs } from '../../aws/aws-settings.ts';
import type { ClientOptions } from '../../aws/client-options.ts';
import { limitAnswers } from '../../aws/limit-answers.ts';
import type { CloudformationSettings } from './settings.ts';

/** A page has 1 MB of changes at the most. */
const mostPages = 20;

export interface DescribedChangeSet {
  status: DescribeChangeSetCommandOutput['Status'];
  reason: string;
  executionStatus: DescribeChangeSetCommandOutput['ExecutionStatus'];
  changes: Change[];
}

/** What is asked of CloudFormation. `stack` is a name or an ARN; a change set may be named by its ARN alone. */
export interface CloudformationApi {
  readStack(stack: string, signal: AbortSignal): Promise<AwsAnswer<Stack>>;
  /** The newest hundred, newest first. */
  readEvents(stack: string, signal: AbortSignal): Promise<AwsAnswer<StackEvent[]>>;
  /** Logical ids of what the last drift check found changed. */
  readDrifted(stack: string, signal: AbortSignal): Promise<AwsAnswer<string[]>>;
  readParameterNames(templateUrl: string, signal: AbortSignal): Promise<AwsAnswer<string[]>>;
  createChangeSet(input: CreateChangeSetCommandInput, signal: AbortSignal): Promise<AwsAnswer<null>>;
  readChangeSet(
    stack: string | null,
    changeSet: string,
    signal: AbortSignal,
  ): Promise<AwsAnswer<DescribedChangeSet>>;
  executeChangeSet(
    stack: string,
    changeSet: string,
    token: string,
    signal: AbortSignal,
  ): Promise<AwsAnswer<null>>;
  close(): void;
}

export function createCloudformationApi(
  settings: CloudformationSettings,
  options: ClientOptions,
): CloudformationApi {
  const client = limitAnswers(new CloudFormationClient(options));
  const limits = {
    where: `CloudFormation in ${settings.region}`,
    timeoutMs: settings.timeoutMs ?? defaultAwsTimeoutMs,
  };
  const ask = <T>(send: (abortSignal: AbortSignal) => Promise<T>, signal: AbortSignal) =>
    askAws(send, signal, limits);
  const need = async <T>(send: (abortSignal: AbortSignal) => Promise<T | undefined>, signal: AbortSignal) =>
    needed(await ask(send, signal), limits.where);

  return {
    close: () => client.destroy(),
    readStack: (StackName, signal) =>
      need(async (abortSignal) => {
        const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }), { abortSignal });
        return Stacks?.length === 1 ? Stacks[0] : undefined;
      }, signal),
    readEvents: (StackName, signal) =>
      need(async (abortSignal) => {
        const command = new DescribeStackEventsCommand({ StackName });
        return (await client.send(command, { abortSignal })).StackEvents;
      }, signal),
    readDrifted: (StackName, signal) =>
      need(async (abortSignal) => {
        const command = new DescribeStackResourceDriftsCommand({
          StackName,
          StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'],
          MaxResults: 100,
        });
        const { StackResourceDrifts: drifts } = await client.send(command, { abortSignal });
        return drifts?.flatMap(({ LogicalResourceId }) => LogicalResourceId ?? []);
      }, signal),
    readParameterNames: (TemplateURL, signal) =>
      need(async (abortSignal) => {
        const command = new GetTemplateSummaryCommand({ TemplateURL });
        const { Parameters } = await client.send(command, { abortSignal });
        return Parameters?.flatMap(({ ParameterKey }) => ParameterKey ?? []);
      }, signal),
    createChangeSet: (input, signal) =>
      need(async (abortSignal) => {
        const { Id } = await client.send(new CreateChangeSetCommand(input), { abortSignal });
        return Id === undefined ? undefined : null;
      }, signal),
    readChangeSet: (stack, changeSet, signal) =>
      need((abortSignal) => describeAllPages(client, { stack, changeSet }, abortSignal), signal),
    executeChangeSet: (StackName, ChangeSetName, ClientRequestToken, signal) =>
      ask(async (abortSignal) => {
        const command = new ExecuteChangeSetCommand({ StackName, ChangeSetName, ClientRequestToken });
        await client.send(command, { abortSignal });
        return null;
      }, signal),
  };
}

/** Undefined where an answer has no status, or where there is no end to the pages. */
async function describeAllPages(
  client: CloudFormationClient,
  { stack, changeSet }: { stack: string | null; changeSet: string },
  abortSignal: AbortSignal,
): Promise<DescribedChangeSet | undefined> {
  const changes: Change[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const command = new DescribeChangeSetCommand({
      StackName: stack ?? undefined,
      ChangeSetName: changeSet,
      NextToken,
    });
    const answer = await client.send(command, { abortSignal });
    if (answer.Status === undefined) return undefined;
    changes.push(...(answer.Changes ?? []));
    NextToken = answer.NextToken;
    const { Status: status, StatusReason: reason = '', ExecutionStatus: executionStatus } = answer;
    // One that is made while its pages are read has shown none of its changes on those before.
    if (NextToken === undefined || status !== 'CREATE_COMPLETE')
      return { status, reason, executionStatus, changes };
  }
  return undefined;
}

/** An answer without what was asked for is no answer. */
function needed<T>(answer: AwsAnswer<T | undefined>, where: string): AwsAnswer<T> {
  if (answer.kind !== 'answered') return answer;
  const { value } = answer;
  return value === undefined
    ? { kind: 'lost', code: null, reason: `${where} gave an answer that cannot be read.` }
    : { kind: 'answered', value };
}
