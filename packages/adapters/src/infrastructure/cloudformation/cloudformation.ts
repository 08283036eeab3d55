import type { Infrastructure } from '@lastgood/domain/ports/infrastructure';
import type {
  InfrastructureSeen,
  InfrastructureTarget,
} from '@lastgood/domain/rollback/contracts/apply-infrastructure';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { Operation } from '@lastgood/domain/rollback/run';
import { clientOptions } from '../../aws/client-options.ts';
import { openLater } from '../../aws/open-later.ts';
import type { Closable } from '../../vendor.ts';
import { changeSetName } from './change-set.ts';
import type { CloudformationApi } from './cloudformation-api.ts';
import { observeStack, readForPlan } from './observe-stack.ts';
import type { CloudformationSettings } from './settings.ts';
import { readLastOperation, readStackState, tokenOf } from './stack-state.ts';

const retryAfterMs = 1_000;
const busyForMs = 5_000;

/**
 * One stack of CloudFormation. It goes back by a change set made of the target's template, which is what the plan was made of
 * too. Throws when the settings cannot work.
 */
export function createCloudformation(settings: CloudformationSettings): Closable<Infrastructure> {
  const options = clientOptions(settings, `Stack ${settings.name}`);
  const { open, close } = openLater(async () =>
    (await import('./cloudformation-api.ts')).createCloudformationApi(settings, options),
  );
  return {
    close,
    readStack: async (ask, signal) => readForPlan(await open(), settings, ask, signal),
    applyInfrastructure: {
      observe: async (step, operation, signal) =>
        observeStack(await open(), settings, step, operation, signal),
      apply: async (step, seen, operation, signal) =>
        execute(await open(), settings, { step, seen, operation, signal }),
    },
  };
}

interface Execution {
  step: InfrastructureTarget;
  seen: InfrastructureSeen;
  operation: Operation;
  signal: AbortSignal;
}

async function execute(
  api: CloudformationApi,
  settings: CloudformationSettings,
  { step, seen, operation, signal }: Execution,
): Promise<EffectResult> {
  const undone = await undoneBefore(api, settings, operation, signal);
  if (undone) return undone;
  // Its name is that of the state which was judged: an update in between has made it obsolete.
  const changeSet = changeSetName({ id: seen.lineage, serial: seen.serial }, step.to);
  const answer = await api.executeChangeSet(seen.lineage, changeSet, tokenOf(operation), signal);
  const isOvertaken = /^(InvalidChangeSetStatus|ChangeSetNotFound)/.test(
    answer.kind === 'answered' ? '' : (answer.code ?? ''),
  );
  if (isOvertaken)
    return { kind: 'retry', reason: `Stack ${step.stack} was changed a moment ago.`, afterMs: retryAfterMs };
  switch (answer.kind) {
    case 'answered':
      return { kind: 'applied', note: `CloudFormation brings stack ${step.stack} to ${step.to}` };
    case 'busy':
      return { kind: 'retry', reason: answer.reason, afterMs: busyForMs };
    case 'not-sent':
      return { kind: 'retry', reason: answer.reason, afterMs: retryAfterMs };
    case 'lost':
      return { kind: 'unknown', reason: answer.reason };
    default:
      return { kind: 'refused', reason: answer.reason };
  }
}

/** CloudFormation undoes an update that fails. Sent again it would fail again, for as long as the step may take. */
async function undoneBefore(
  api: CloudformationApi,
  settings: CloudformationSettings,
  operation: Operation,
  signal: AbortSignal,
): Promise<EffectResult | null> {
  const stack = await readStackState(api, settings, signal);
  const last = 'kind' in stack ? stack : await readLastOperation(api, stack, signal);
  if ('kind' in last) return { kind: 'retry', reason: last.reason, afterMs: retryAfterMs };
  if (last.token !== tokenOf(operation) || !/ROLLBACK_COMPLETE$|_FAILED$/.test(last.status)) return null;
  return {
    kind: 'refused',
    reason: `CloudFormation undid the update of stack ${settings.name} (${last.status}). ${last.failure || 'It gives no reason.'}`,
    advice: 'Fix the cause, then ask for the rollback again: this one is not sent a second time.',
  };
}
