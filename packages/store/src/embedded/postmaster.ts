import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface Postmaster {
  pid: number;
  port: number;
}

/**
 * The server that runs on a cluster folder, if one does. A `postmaster.pid` left by a crash is removed when its number
 * now belongs to another program (common in containers, where numbers start again): PostgreSQL itself would refuse.
 * The lines of the file: https://www.postgresql.org/docs/18/storage-file-layout.html
 */
export async function findPostmaster(cluster: string): Promise<Postmaster | null> {
  const file = join(cluster, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(absent);
  if (text === null) return null;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (Number.isInteger(pid) && pid > 0 && (await isPostgres(pid, cluster)))
    return { pid, port: Number(lines[3]) };
  await rm(file, { force: true });
  return null;
}

async function isPostgres(pid: number, cluster: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(absent);
  return command?.split('\0').includes(cluster) ?? false;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export function absent(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
    return null;
  throw error;
}
