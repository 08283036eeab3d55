import { setTimeout as sleep } from 'node:timers/promises';
import type { InfrastructureSeen } from '@lastgood/domain/rollback/contracts/apply-infrastructure';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { InfrastructureChange } from '@lastgood/domain/rollback/infrastructure-change';
import type { Operation } from '@lastgood/domain/rollback/run';
import { type BeingMade, readChanges } from './change-set.ts';
import type { CloudformationApi } from './cloudformation-api.ts';
import { holderOf } from './lock-holder.ts';
import { type NotRead, notRead } from './not-read.ts';
import type { CloudformationSettings } from './settings.ts';
import { isSentBy, readLastOperation, readStackState, type StackState } from './stack-state.ts';

/** A plan waits so long for its change set; a step looks again by itself. */
const planWithinMs = 20_000;
const askAgainMs = { first: 50, longest: 1_000 };

export interface Looking {
  api: CloudformationApi;
  settings: CloudformationSettings;
  signal: AbortSignal;
}

export interface Asked {
  from: string;
  to: string;
  /** Absent while nobody has planned yet. */
  lineage?: string;
}

/** Who looks, to go to the target. */
export interface Acting {
  operation: Operation;
  /** Token of the attempt whose failure was told last. It grows out of date with the next attempt. */
  told: { token: string | null };
}

/** How the stack stands. What going to the target changes is asked only where it is still to be done, and may be. */
export async function observeStack(
  looking: Looking,
  asked: Asked,
  acting: Acting | null,
): Promise<Observed<InfrastructureSeen>> {
  const { api, settings, signal } = looking;
  const stack = await readStackState(api, settings, signal);
  if ('kind' in stack) return stack;
  const holder = await holderOf(api, stack, acting?.operation ?? null, signal);
  if (holder !== null) return 'kind' in holder ? holder : seenOf(stack, { lockedBy: holder.words });
  const isSame = asked.lineage === undefined || asked.lineage === stack.id;
  if (!isSame || stack.version !== asked.from || stack.version === asked.to) return seenOf(stack, {});
  const read = () => readChanges(api, settings, { stack, to: asked.to }, signal);
  const changes = await (acting === null ? untilMade(read, signal) : read());
  if ('kind' in changes) return changes.kind === 'being-made' ? later(changes) : changes;
  const drifted = await driftedOf(looking, stack, changes);
  if ('kind' in drifted) return drifted;
  const failure = acting && (await untoldFailure(looking, stack, acting));
  return failure?.kind === 'unreachable' || failure?.kind === 'not-found'
    ? failure
    : seenOf(stack, { changes, drifted, ...(failure && { failed: failure.reason }) });
}

/** Of what was changed by hand only that counts which would be written. It is known as of the last drift check. */
async function driftedOf(
  { api, signal }: Looking,
  stack: StackState,
  changes: readonly InfrastructureChange[],
): Promise<string[] | NotRead> {
  if (!stack.hasDrifted) return [];
  const drifted = await api.readDrifted(stack.id, signal);
  if (drifted.kind !== 'answered') return notRead(drifted);
  return drifted.value.filter((one) => changes.some(({ address }) => address === one));
}

/**
 * CloudFormation undoes an update that fails. An attempt of this operation that ended so is told once, to whom it concerns:
 * whoever looks again after that wants it tried again.
 */
async function untoldFailure(
  { api, signal }: Looking,
  stack: StackState,
  { operation, told }: Acting,
): Promise<{ kind: 'failed'; reason: string } | NotRead | null> {
  if (stack.status !== 'UPDATE_ROLLBACK_COMPLETE') return null;
  const last = await readLastOperation(api, stack, signal);
  if ('kind' in last) return last;
  if (!isSentBy(operation, last.token) || last.token === told.token) return null;
  told.token = last.token;
  return { kind: 'failed', reason: `CloudFormation undid the update (${stack.status}). ${last.failure}` };
}

function seenOf(
  { id, version, serial }: StackState,
  over: Partial<InfrastructureSeen>,
): Observed<InfrastructureSeen> {
  const seen = { lineage: id, version, serial, lockedBy: null, drifted: [], changes: [], ...over };
  return { kind: 'seen', seen };
}

type Read = Awaited<ReturnType<typeof readChanges>>;

async function untilMade(read: () => Promise<Read>, signal: AbortSignal): Promise<Read> {
  let waitedMs = 0;
  for (let pauseMs = askAgainMs.first; ; pauseMs = Math.min(2 * pauseMs, askAgainMs.longest)) {
    const changes = await read();
    if (!('kind' in changes) || changes.kind !== 'being-made') return changes;
    if (signal.aborted || waitedMs >= planWithinMs) return changes;
    await sleep(pauseMs, null, { signal }).catch(() => null);
    waitedMs += pauseMs;
  }
}

function later({ reason }: BeingMade): NotRead {
  return { kind: 'unreachable', reason };
}
