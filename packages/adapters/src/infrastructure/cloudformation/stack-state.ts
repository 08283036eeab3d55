import { createHash } from 'node:crypto';
import type { Stack, StackEvent } from '@aws-sdk/client-cloudformation';
import type { Operation } from '@lastgood/domain/rollback/run';
import type { CloudformationApi } from './cloudformation-api.ts';
import { type NotRead, notRead } from './not-read.ts';
import type { CloudformationSettings } from './settings.ts';

/** A stack as it stands. */
export interface StackState {
  /** Its ARN, which ends with an id of its own: a stack that is created again under the name has another. */
  id: string;
  status: string;
  version: string;
  /** Epoch milliseconds of the last update: every update raises it. */
  serial: number;
  inProgress: boolean;
  hasDrifted: boolean;
  /** Names of the parameters it has. */
  parameters: string[];
  capabilities: NonNullable<Stack['Capabilities']>;
}

export async function readStackState(
  api: CloudformationApi,
  settings: CloudformationSettings,
  signal: AbortSignal,
): Promise<StackState | NotRead> {
  const answer = await api.readStack(settings.stackName ?? settings.name, signal);
  if (answer.kind !== 'answered') return notRead(answer);
  const { StackId: id, StackStatus: status, CreationTime, LastUpdatedTime, Parameters = [] } = answer.value;
  const at = (LastUpdatedTime ?? CreationTime)?.getTime();
  if (id === undefined || status === undefined || at === undefined || Number.isNaN(at))
    return { kind: 'unreachable', reason: `The answer about stack ${settings.name} cannot be read.` };
  if (takesNoUpdate.test(status)) return halfWay(api, settings, { id, status }, signal);
  const { versionParameter } = settings;
  const version = Parameters.find(({ ParameterKey }) => ParameterKey === versionParameter)?.ParameterValue;
  if (version === undefined)
    return {
      kind: 'not-found',
      reason: `Stack ${settings.name} has no parameter ${versionParameter} that says which version it is at.`,
    };
  return {
    id,
    status,
    version,
    serial: at,
    inProgress: status.endsWith('_IN_PROGRESS'),
    hasDrifted: answer.value.DriftInformation?.StackDriftStatus === 'DRIFTED',
    parameters: Parameters.flatMap(({ ParameterKey }) => ParameterKey ?? []),
    capabilities: answer.value.Capabilities ?? [],
  };
}

/** Nothing that a change set could be made for: its last work came to no end, or it holds no resources. */
const takesNoUpdate = /_FAILED$|^ROLLBACK_COMPLETE$|^DELETE_COMPLETE$|^REVIEW_IN_PROGRESS$/;

/** What its parameters say is then true of a part of it at the most. */
async function halfWay(
  api: CloudformationApi,
  { name }: CloudformationSettings,
  stack: Pick<StackState, 'id' | 'status'>,
  signal: AbortSignal,
): Promise<NotRead> {
  const last = await readLastOperation(api, stack, signal);
  if ('kind' in last) return last;
  return {
    kind: 'not-found',
    reason: `Stack ${name} is in ${stack.status}, where CloudFormation takes no update until somebody ends that by hand. ${last.failure}`,
  };
}

/** What was done to the stack last. */
export interface LastOperation {
  /** What it was sent with; null where it was sent without, as by the console. */
  token: string | null;
  /** When it came to be as it stands; null where that is not told. */
  at: Date | null;
  /** Why its first resource failed, as a sentence of its own. */
  failure: string;
}

export async function readLastOperation(
  api: CloudformationApi,
  { id }: Pick<StackState, 'id'>,
  signal: AbortSignal,
): Promise<LastOperation | NotRead> {
  const answer = await api.readEvents(id, signal);
  return answer.kind === 'answered' ? lastOperation(id, answer.value) : notRead(answer);
}

/** The events of the stack itself have its own id as that of the resource. */
function lastOperation(id: string, events: readonly StackEvent[]): LastOperation {
  const last = events.find(({ PhysicalResourceId }) => PhysicalResourceId === id);
  const token = last?.ClientRequestToken ?? null;
  const failed = events.filter(
    (one) => (one.ClientRequestToken ?? null) === token && one.ResourceStatus?.endsWith('_FAILED') === true,
  );
  const [first] = failed.slice(-1);
  const failure = first
    ? `${first.LogicalResourceId}: ${sentence(first.ResourceStatusReason ?? 'no reason given')}`
    : 'It gives no reason.';
  return { token, at: dateOf(last?.Timestamp), failure };
}

function dateOf(at: Date | undefined): Date | null {
  return at === undefined || Number.isNaN(at.getTime()) ? null : at;
}

function sentence(text: string): string {
  return text.slice(0, 300).replace(/[.\s]*$/, '.');
}

/**
 * What an update is sent with, so that it is known again: letters, digits and hyphens, 128 at the most. The state that it was
 * sent to stands in it: CloudFormation takes no token twice, and after a failure the same operation may try again.
 */
export function tokenOf(operation: Operation, serial: number): string {
  return `${ownPrefix(operation)}${serial}`;
}

export function isSentBy(operation: Operation, token: string | null): boolean {
  return token?.startsWith(ownPrefix(operation)) === true;
}

export function isSentByLastgood(token: string): boolean {
  return token.startsWith('lastgood-');
}

function ownPrefix({ key }: Operation): string {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return `lastgood-${key.replace(/[^A-Za-z0-9]/g, '-').slice(0, 80)}-${digest}-`;
}
