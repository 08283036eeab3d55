import { setTimeout as sleep } from 'node:timers/promises';
import type {
  InfrastructureSeen,
  InfrastructureTarget,
} from '@lastgood/domain/rollback/contracts/apply-infrastructure';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { Operation } from '@lastgood/domain/rollback/run';
import { type BeingMade, type Changes, readChanges } from './change-set.ts';
import type { CloudformationApi } from './cloudformation-api.ts';
import { type NotRead, notRead } from './not-read.ts';
import type { CloudformationSettings } from './settings.ts';
import { readLastOperation, readStackState, type StackState, tokenOf } from './stack-state.ts';

/** A plan waits so long for its change set; a step looks again by itself. */
const planWithinMs = 20_000;
const askAgainMs = { first: 50, longest: 1_000 };

/** What a plan must know of a stack. */
export async function readForPlan(
  api: CloudformationApi,
  settings: CloudformationSettings,
  { to }: Pick<InfrastructureTarget, 'to'>,
  signal: AbortSignal,
): Promise<Observed<InfrastructureSeen>> {
  const stack = await readStackState(api, settings, signal);
  if ('kind' in stack) return stack;
  const lockedBy = await holderOf(api, stack, null, signal);
  if (typeof lockedBy === 'object' && lockedBy !== null) return lockedBy;
  if (stack.inProgress || stack.version === to)
    return seenOf(stack, lockedBy, { changed: [], destroys: [] }, []);
  const changes = await untilMade(() => readChanges(api, settings, { stack, to }, signal), signal);
  return 'kind' in changes ? changes : withDrift(api, stack, changes, signal);
}

/** What a step is judged by. What going there changes is asked only where it is still to be done. */
export async function observeStack(
  api: CloudformationApi,
  settings: CloudformationSettings,
  step: InfrastructureTarget,
  operation: Operation,
  signal: AbortSignal,
): Promise<Observed<InfrastructureSeen>> {
  const stack = await readStackState(api, settings, signal);
  if ('kind' in stack) return stack;
  const lockedBy = await holderOf(api, stack, operation, signal);
  if (typeof lockedBy === 'object' && lockedBy !== null) return lockedBy;
  const isToDo = !stack.inProgress && stack.id === step.lineage && stack.version === step.from;
  if (!isToDo) return seenOf(stack, lockedBy, { changed: [], destroys: [] }, []);
  const changes = await readChanges(api, settings, { stack, to: step.to }, signal);
  if (!('kind' in changes)) return withDrift(api, stack, changes, signal);
  return changes.kind === 'being-made' ? later(changes) : changes;
}

/** An operation of ours by its key, somebody else's in words; null when nothing is under way. */
async function holderOf(
  api: CloudformationApi,
  stack: StackState,
  operation: Operation | null,
  signal: AbortSignal,
): Promise<string | null | NotRead> {
  if (!stack.inProgress) return null;
  const last = await readLastOperation(api, stack, signal);
  if ('kind' in last) return last;
  if (operation !== null && last.token === tokenOf(operation)) return operation.key;
  return last.token === null
    ? `an update from elsewhere (${stack.status})`
    : `update ${last.token} (${stack.status})`;
}

/** Of what was changed by hand only that counts which would be written. It is known as of the last drift check. */
async function withDrift(
  api: CloudformationApi,
  stack: StackState,
  changes: Changes,
  signal: AbortSignal,
): Promise<Observed<InfrastructureSeen>> {
  if (!stack.hasDrifted) return seenOf(stack, null, changes, []);
  const drifted = await api.readDrifted(stack.id, signal);
  if (drifted.kind !== 'answered') return notRead(drifted);
  const written = drifted.value.filter((one) => changes.changed.includes(one));
  return seenOf(stack, null, changes, written);
}

function seenOf(
  { id, version, serial }: StackState,
  lockedBy: string | null,
  { destroys }: Changes,
  drifted: string[],
): Observed<InfrastructureSeen> {
  return { kind: 'seen', seen: { lineage: id, version, serial, lockedBy, drifted, destroys } };
}

async function untilMade(
  read: () => Promise<Changes | NotRead | BeingMade>,
  signal: AbortSignal,
): Promise<Changes | NotRead> {
  let waitedMs = 0;
  for (let pauseMs = askAgainMs.first; ; pauseMs = Math.min(2 * pauseMs, askAgainMs.longest)) {
    const changes = await read();
    if (!('kind' in changes) || changes.kind !== 'being-made') return changes;
    if (signal.aborted || waitedMs >= planWithinMs) return later(changes);
    await sleep(pauseMs, null, { signal }).catch(() => null);
    waitedMs += pauseMs;
  }
}

function later({ reason }: BeingMade): NotRead {
  return { kind: 'unreachable', reason };
}
