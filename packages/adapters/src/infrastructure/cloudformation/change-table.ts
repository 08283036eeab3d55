import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';
import type {
  InfrastructureAction,
  InfrastructureChange,
} from '@lastgood/domain/rollback/infrastructure-change';
import type { CloudformationApi } from './cloudformation-api.ts';
import { type NotRead, notRead } from './not-read.ts';
import type { CloudformationSettings } from './settings.ts';
import { keepsData } from './stateful-types.ts';

/** Stacks in stacks: so deep is looked. */
const deepest = 5;
/** More changes than anybody reads are no plan to agree to. */
const mostChanges = 2_000;

/** The changes of a change set, with those of the stacks inside, whose names come after that of theirs: `Storage/Table`. */
export async function tableOf(
  api: CloudformationApi,
  settings: CloudformationSettings,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<InfrastructureChange[] | NotRead> {
  const table: InfrastructureChange[] = [];
  const fault = await add({ api, settings, signal, table }, changes, []);
  return fault ?? table;
}

interface Reading {
  api: CloudformationApi;
  settings: CloudformationSettings;
  signal: AbortSignal;
  /** It grows. */
  table: InfrastructureChange[];
}

async function add(
  reading: Reading,
  changes: readonly Change[],
  path: readonly string[],
): Promise<NotRead | null> {
  for (const { ResourceChange: change } of changes) {
    if (!change?.LogicalResourceId)
      return { kind: 'unreachable', reason: 'A change set has a change that cannot be read.' };
    const inside = [...path, change.LogicalResourceId];
    reading.table.push(lineOf(change, inside.join('/'), reading.settings));
    const fault = isLookedInto(change) ? await addStackInside(reading, change, inside) : null;
    if (fault !== null) return fault;
    if (reading.table.length > mostChanges)
      return { kind: 'not-found', reason: `It changes more than can be shown: ${mostChanges} resources.` };
  }
  return null;
}

function isLookedInto({ ResourceType, Action }: ResourceChange): boolean {
  return ResourceType === 'AWS::CloudFormation::Stack' && Action !== 'Remove';
}

async function addStackInside(
  reading: Reading,
  { ChangeSetId: id, ResourceType: type = '' }: ResourceChange,
  path: readonly string[],
): Promise<NotRead | null> {
  if (id === undefined || path.length > deepest) {
    // What happens inside and cannot be seen may be anything.
    reading.table.push({ address: `${path.join('/')}/*`, type, action: 'replace', keepsData: true });
    return null;
  }
  const nested = await reading.api.readChangeSet(null, id, reading.signal);
  return nested.kind === 'answered' ? add(reading, nested.value.changes, path) : notRead(nested);
}

function lineOf(
  change: ResourceChange,
  address: string,
  settings: CloudformationSettings,
): InfrastructureChange {
  const { ResourceType: type } = change;
  return {
    address,
    type: type ?? 'unknown',
    action: actionOf(change),
    keepsData: keepsData(type, settings),
  };
}

/**
 * One that may be replaced counts as replaced, also where the old one is kept: what takes its place is empty. One that the
 * stack lets go of is left alone, and no longer looked after.
 */
function actionOf({ Action, Replacement, PolicyAction }: ResourceChange): InfrastructureAction {
  switch (Action) {
    case 'Add':
      return 'create';
    case 'Remove':
      return PolicyAction === 'Retain' ? 'update' : 'destroy';
    case 'Modify':
      return Replacement === 'False' ? 'update' : 'replace';
    // Only what CloudFormation itself keeps of it is changed.
    case 'Import':
    case 'SyncWithActual':
      return 'update';
    default:
      return 'replace';
  }
}
