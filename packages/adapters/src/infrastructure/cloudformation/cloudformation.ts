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
import { type Acting, observeStack } from './observe-stack.ts';
import type { CloudformationSettings } from './settings.ts';
import { tokenOf } from './stack-state.ts';

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
  const told: Acting['told'] = { token: null };
  return {
    close,
    readStack: async ({ from, to }, signal) =>
      observeStack({ api: await open(), settings, signal }, { from, to }, null),
    applyInfrastructure: {
      observe: async (step, operation, signal) =>
        observeStack({ api: await open(), settings, signal }, step, { operation, told }),
      apply: async (step, seen, operation, signal) =>
        execute(await open(), { step, seen, operation, signal }),
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
  { step, seen, operation, signal }: Execution,
): Promise<EffectResult> {
  // Its name is that of the state which was judged: an update in between has made it obsolete.
  const changeSet = changeSetName({ id: seen.lineage, serial: seen.serial }, step.to);
  const token = tokenOf(operation, seen.serial);
  const answer = await api.executeChangeSet(seen.lineage, changeSet, token, signal);
  const isOvertaken = /^(InvalidChangeSetStatus|ChangeSetNotFound|TokenAlreadyExists)/.test(
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
