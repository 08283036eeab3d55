import { readdir, readFile, readlink } from 'node:fs/promises';
import { absent } from '@lastgood/store/embedded/postmaster';

/** One tick of the kernel's accounting: 100 a second on every Linux that Node runs on. */
const tickMs = 10;

/**
 * Processor time of a process and of its children that ended, in milliseconds; 0 when it is gone. Unlike elapsed time it
 * hardly depends on what else the machine does. Fields: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(absent);
  // The second field is the program's name in brackets and may hold blanks; the times are fields 14 to 17.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * tickMs, 0);
}

/** Processes with this working folder; the dead that wait for their parent have none. */
export async function workingIn(folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const cwd = await readlink(`/proc/${entry}/cwd`).catch(unreadable);
    if (cwd === folder) found.push(Number(entry));
  }
  return found;
}

function unreadable(error: unknown): null {
  // Another user's process is not the server's: that one is ours.
  if (error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM'))
    return null;
  return absent(error);
}
