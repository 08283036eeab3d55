import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOf, hasBegun, isSilent, logOf, tailOf } from './apply-log.ts';
import { isClaimed } from './claim.ts';
import { isAtWork, isLockFree, lockHeld } from './own-lock.ts';
import { identityOf, isAlive } from './process-identity.ts';
import { openNameless, openPlan, type SavedPlan } from './sealed-plan.ts';
import type { Stack } from './stack.ts';
import { sealedPlanOf } from './survey.ts';
import { readWork, type WorkRecord, writeWork } from './work-record.ts';
import { type Workplace, workplaceAt } from './workplace.ts';

/** A small apply ends within this: its end is told with the same answer. */
const quickMs = 1_000;

/**
 * Sets the apply of a saved plan going. It is a process of its own, which outlives this one; what it says goes into a file,
 * where whoever comes after reads how it ended. The plan reaches it as an open file without a name.
 */
export async function startApply(
  stack: Stack,
  place: Workplace,
  { saved, plan }: { saved: SavedPlan; plan: Buffer },
  operation: string,
): Promise<{ reason: string } | null> {
  const { to, lineage } = saved;
  const begun: WorkRecord = {
    ...{ operation, to, lineage, folder: place.folder, process: null, lockId: null, end: null },
  };
  writeWork(stack.folder, begun);
  const log = openSync(logOf(place.folder), 'wx', 0o600);
  const file = openNameless(place.folder, plan);
  const args = ['apply', '-json', '-input=false', `-lock-timeout=${stack.lockSeconds}s`, '/dev/fd/3'];
  const child = spawn(stack.binary, args, {
    ...{ cwd: place.root, env: stack.env, detached: true, stdio: ['ignore', log, log, file.fd] },
  });
  const ended = new Promise<string | null>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'no reason given'));
    child.on('exit', () => resolve(null));
  });
  if (child.pid !== undefined) writeWork(stack.folder, { ...begun, process: identityOf(child.pid) });
  child.unref();
  closeSync(log);
  file.close();
  const quick = new AbortController();
  const why = await Promise.race([ended, sleep(quickMs, null, { signal: quick.signal })]);
  quick.abort();
  return why === null ? null : { reason: `${stack.program} could not be started (${why})` };
}

/** The newest apply as it is now. One that has ended is written down and its workplace is taken away. */
export async function lookAtWork(stack: Stack): Promise<{ work: WorkRecord; isAtWork: boolean } | null> {
  const work = readWork(stack.folder);
  if (work === null || work.end !== null) return work && { work, isAtWork: false };
  // Whoever has the claim is starting it right now.
  if (work.process === null && isClaimed(stack.folder)) return { work, isAtWork: true };
  const place = workplaceAt(stack, work.to, work.folder);
  if (isAtWork(work) && !(await hasEndedElsewhere(place, work)))
    return { work: await withLock(stack, place, work), isAtWork: true };
  const secrets = [
    ...stack.secrets,
    ...(openPlan(sealedPlanOf(stack), stack.name, stack.key)?.saved.secrets ?? []),
  ];
  const ended = { ...work, end: endOf(tailOf(work.folder), secrets) };
  writeWork(stack.folder, ended);
  // It has had its use, whatever it came to: the next apply is of a plan of its own.
  rmSync(sealedPlanOf(stack), { force: true });
  place.remove();
  return { work: ended, isAtWork: false };
}

/** Of an apply on another machine nobody here sees the process: it is over once it is silent and the lock of the state is free. */
async function hasEndedElsewhere(place: Workplace, { process, folder }: WorkRecord): Promise<boolean> {
  if (process === null || isAlive(process) !== 'elsewhere') return false;
  return !existsSync(folder) || (isSilent(folder) && (await isLockFree(place)));
}

/** Which lock it holds is asked while it is certain to hold it: after its death nobody could tell it from another's. */
async function withLock(stack: Stack, place: Workplace, work: WorkRecord): Promise<WorkRecord> {
  if (work.lockId !== null || !hasBegun(tailOf(work.folder))) return work;
  const held = await lockHeld(place);
  // It may have ended meanwhile, and somebody else have taken it.
  if (held === null || held.id === '' || !isAtWork(work) || !hasBegun(tailOf(work.folder))) return work;
  const known = { ...work, lockId: held.id };
  writeWork(stack.folder, known);
  return known;
}
