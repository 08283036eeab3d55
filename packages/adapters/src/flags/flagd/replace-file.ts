import { randomUUID } from 'node:crypto';
import { type FileHandle, lstat, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whoever holds a lock for longer has ended without taking it away: nothing is done under it but a rename. */
const staleMs = 60_000;
const tryAgainMs = 50;

/** `owner`: the new file could not be given to those whom the old one belongs to, so nothing was put in its place. */
export type Replaced = { kind: 'replaced' | 'changed' | 'locked' | 'owner' } | { kind: 'link'; path: string };

interface Rights {
  mode: number;
  uid: number;
  gid: number;
}

/**
 * Puts a text in a file's place in one go, if the file still is as it was read: a reader finds the old one or the new one. A
 * lock beside it keeps other replicas out; who edits by other means is seen up to the moment before. Throws as the file system does.
 */
export async function replaceFile(
  path: string,
  from: { text: string; to: string },
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<Replaced> {
  // A link leads to what somebody else puts in place, as a mounted ConfigMap: it would be a file of its own from then on.
  if ((await lstat(path)).isSymbolicLink()) return { kind: 'link', path };
  const lock = `${path}.lastgood-lock`;
  const id = randomUUID();
  if (!(await takeLock(lock, id, timeoutMs, signal))) return { kind: 'locked' };
  try {
    if ((await readFile(path, 'utf8')) !== from.text) return { kind: 'changed' };
    const fresh = join(dirname(path), `.${basename(path)}.lastgood-new`);
    if (!(await writeWhole(fresh, from.to, await stat(path)))) {
      await rm(fresh, { force: true });
      return { kind: 'owner' };
    }
    // Whoever took so long that the lock was taken for a dead one's is not its holder any more.
    if (!(await isOwn(lock, id))) return { kind: 'locked' };
    await rename(fresh, path);
    return { kind: 'replaced' };
  } finally {
    if (await isOwn(lock, id)) await rm(lock, { force: true });
  }
}

async function isOwn(lock: string, id: string): Promise<boolean> {
  return (await readFile(lock, 'utf8').catch(() => null)) === id;
}

async function takeLock(lock: string, id: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  for (let waited = 0; waited <= timeoutMs; waited += tryAgainMs) {
    signal.throwIfAborted();
    const taken = await open(lock, 'wx').catch(unlessThere);
    if (taken) {
      try {
        await taken.writeFile(id);
      } finally {
        await taken.close();
      }
      return true;
    }
    if (await isStale(lock)) await rm(lock, { force: true });
    else await sleep(tryAgainMs, undefined, { signal });
  }
  return false;
}

function unlessThere(error: unknown): null {
  if (codeOf(error) === 'EEXIST') return null;
  throw error;
}

async function isStale(lock: string): Promise<boolean> {
  const held = await stat(lock).catch(() => null);
  // By the clock of the disk, which may be another machine's.
  return held !== null && Date.now() - held.mtimeMs > staleMs;
}

/** False where it could not be given to the owner and group that it must belong to. */
async function writeWhole(path: string, text: string, { mode, uid, gid }: Rights): Promise<boolean> {
  await rm(path, { force: true });
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'wx', 0o600);
    const made = await file.stat();
    if (made.uid !== uid || made.gid !== gid) {
      const given = await file.chown(uid, gid).catch((error: unknown) => codeOf(error));
      if (given !== undefined) return false;
    }
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
    return true;
  } finally {
    await file?.close();
  }
}

export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'fault';
}
