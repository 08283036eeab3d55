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

/** What was done to the stack last. */
export interface LastOperation {
  /** What it was sent with; null where it was sent without, as by the console. */
  token: string | null;
  status: string;
  /** Why its first resource failed; empty where none did. */
  failure: string;
}

export async function readLastOperation(
  api: CloudformationApi,
  { id }: StackState,
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
    ? `${first.LogicalResourceId}: ${(first.ResourceStatusReason ?? 'no reason given').slice(0, 300)}`
    : '';
  return { token, status: last?.ResourceStatus ?? '', failure };
}

/** What an update is sent with, so that it is known again: letters, digits and hyphens, 128 at the most. */
export function tokenOf({ key }: Operation): string {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return `lastgood-${key.replace(/[^A-Za-z0-9]/g, '-').slice(0, 80)}-${digest}`;
}
