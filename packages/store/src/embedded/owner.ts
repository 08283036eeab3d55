import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { absent, isAlive } from './postmaster.ts';

/** Another living process keeps the folder. */
export class DataFolderInUse extends Error {
  readonly pid: number;

  constructor(dataDir: string, pid: number) {
    super(`the data folder ${dataDir} is in use by process ${pid}: stop it or use another folder`);
    this.name = 'DataFolderInUse';
    this.pid = pid;
  }
}

/** Marks a data folder as used by this process; throws when a living other process has marked it. */
export async function takeOwnership(dataDir: string): Promise<void> {
  const file = join(dataDir, 'owner');
  const text = await readFile(file, 'utf8').catch(absent);
  const [pid, born] = text?.split(' ') ?? [];
  if (pid && Number(pid) !== process.pid && isAlive(Number(pid)) && (await birth(Number(pid))) === born)
    throw new DataFolderInUse(dataDir, Number(pid));
  await writeFile(file, `${process.pid} ${await birth(process.pid)}`);
}

export async function giveUpOwnership(dataDir: string): Promise<void> {
  await rm(join(dataDir, 'owner'), { force: true });
}

/** Start time in ticks since boot, which tells a reused process number from the old process; `?` where unknown. */
async function birth(pid: number): Promise<string> {
  if (process.platform !== 'linux') return '?';
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(absent);
  // The second field is the program's name in brackets and may hold blanks; the start time is field 22.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  // Dead, but its parent has not taken notice yet: that may last for ever in a container.
  return fields[0] === 'Z' ? 'dead' : (fields[19] ?? '?');
}
