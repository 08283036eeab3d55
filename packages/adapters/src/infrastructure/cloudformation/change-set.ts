import { createHash } from 'node:crypto';
import type { InfrastructureChange } from '@lastgood/domain/rollback/infrastructure-change';
import { tableOf } from './change-table.ts';
import type { CloudformationApi } from './cloudformation-api.ts';
import { type NotRead, notRead } from './not-read.ts';
import type { CloudformationSettings } from './settings.ts';
import type { StackState } from './stack-state.ts';

/** CloudFormation works it out by itself; look again. */
export interface BeingMade {
  kind: 'being-made';
  reason: string;
}

/** A version becomes part of an address. */
const versionForm = /^(?!\.+$)[A-Za-z0-9._-]{1,128}$/;

/**
 * One for each state of a stack and each version to go to, so that what a plan was made of is what is executed. CloudFormation
 * deletes it, or calls it obsolete, with the next update of the stack by anybody: that is the fence.
 */
export function changeSetName({ id, serial }: Pick<StackState, 'id' | 'serial'>, to: string): string {
  const text = [id, serial, to].join('\n');
  return `lastgood-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/** What going there changes, by the change set; it is made where there is none. It changes nothing by itself. */
export async function readChanges(
  api: CloudformationApi,
  settings: CloudformationSettings,
  { stack, to }: { stack: StackState; to: string },
  signal: AbortSignal,
): Promise<InfrastructureChange[] | NotRead | BeingMade> {
  if (!versionForm.test(to))
    return { kind: 'not-found', reason: 'This is no version that an address can hold.' };
  const name = changeSetName(stack, to);
  const found = await api.readChangeSet(stack.id, name, signal);
  if (found.kind === 'missing') {
    const made = await makeChangeSet(api, settings, { stack, to }, signal);
    return made ?? beingMade(settings, to);
  }
  if (found.kind !== 'answered') return notRead(found);
  const { status, executionStatus, reason, changes } = found.value;
  if (status === 'FAILED')
    return {
      kind: 'not-found',
      reason: `CloudFormation cannot bring stack ${settings.name} to ${to}: ${reason.slice(0, 300)}`,
    };
  if (status !== 'CREATE_COMPLETE' || executionStatus !== 'AVAILABLE') return beingMade(settings, to);
  return tableOf(api, settings, changes, signal);
}

const beingMade = ({ name }: CloudformationSettings, to: string): BeingMade => ({
  kind: 'being-made',
  reason: `CloudFormation is still working out what bringing stack ${name} to ${to} changes.`,
});

/** Null when it is being made. What the target's template has no parameter for is left out, else AWS refuses it. */
async function makeChangeSet(
  api: CloudformationApi,
  settings: CloudformationSettings,
  { stack, to }: { stack: StackState; to: string },
  signal: AbortSignal,
): Promise<NotRead | null> {
  const { versionParameter, name } = settings;
  const templateUrl = settings.templateUrl.replaceAll('{version}', to);
  const known = await api.readParameterNames(templateUrl, signal);
  if (known.kind !== 'answered') return notRead(known);
  if (!known.value.includes(versionParameter))
    return {
      kind: 'not-found',
      reason: `The template of ${to} has no parameter ${versionParameter}, so stack ${name} would not say that it is at ${to}.`,
    };
  const kept = stack.parameters.filter((one) => one !== versionParameter && known.value.includes(one));
  const changeSet = changeSetName(stack, to);
  const made = await api.createChangeSet(
    {
      StackName: stack.id,
      ChangeSetName: changeSet,
      ClientToken: changeSet,
      ChangeSetType: 'UPDATE',
      TemplateURL: templateUrl,
      Description: `Lastgood: back to ${to}`,
      Parameters: [
        { ParameterKey: versionParameter, ParameterValue: to },
        ...kept.map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
      ],
      Capabilities: stack.capabilities,
      IncludeNestedStacks: true,
    },
    signal,
  );
  if (made.kind === 'answered' || made.code === 'AlreadyExistsException') return null;
  return notRead(made);
}
