import { hasChildren, isAlive } from './process-identity.ts';
import type { ProgramEnd } from './run-program.ts';
import { lockIn, type StateLock } from './state-lock.ts';
import type { WorkRecord } from './work-record.ts';
import type { Workplace } from './workplace.ts';

/** Whether an apply of ours may still be changing the world. One of another machine may: only the lock of the state can tell. */
export function isAtWork({ process, end }: WorkRecord): boolean {
  if (end !== null || process === null) return false;
  return isAlive(process) !== false || hasChildren(process);
}

/**
 * The rule for a lock that was left: released is one that our own apply was seen to hold, by its id, and only once that
 * process is known to be dead on this very machine. Everybody else's is theirs, however old it is.
 */
export function mayRelease(lock: StateLock, work: WorkRecord | null): boolean {
  if (work === null || work.process === null || work.lockId === null || lock.id === '') return false;
  return work.lockId === lock.id && isAlive(work.process) === false && !isAtWork(work);
}

const askMs = 15_000;

/**
 * Which lock is held right now; null where none is. The program tells only whoever wants the lock: it is asked to mark a
 * resource that is not there, which changes nothing.
 */
export async function lockHeld(place: Workplace): Promise<StateLock | null> {
  const end = await askForLock(place);
  return end.kind === 'ended' ? lockIn(end.err + end.out) : null;
}

/** Whether it was certainly to be had; not where nobody answered. */
export async function isLockFree(place: Workplace): Promise<boolean> {
  const end = await askForLock(place);
  return end.kind === 'ended' && end.code === 0;
}

/** @param patienceSeconds how long is waited for it */
export function askForLock({ run }: Workplace, patienceSeconds = 0): Promise<ProgramEnd> {
  const args = [
    'taint',
    '-no-color',
    `-lock-timeout=${patienceSeconds}s`,
    '-allow-missing',
    'terraform_data.lastgood_asks_for_the_lock',
  ];
  return run(args, { limitMs: askMs + patienceSeconds * 1_000 });
}

/** The lock is looked at once more: the HTTP backend releases whatever is held, whichever id it is given. */
export async function release(place: Workplace, lock: StateLock, work: WorkRecord | null): Promise<boolean> {
  const now = await lockHeld(place);
  if (now === null) return true;
  if (now.id !== lock.id || !mayRelease(now, work)) return false;
  const end = await place.run(['force-unlock', '-force', lock.id], { limitMs: askMs });
  return end.kind === 'ended' && end.code === 0;
}
