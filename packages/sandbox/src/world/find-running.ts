import { readFile } from 'node:fs/promises';
import { request } from 'undici';
import { isAlive } from './owner.ts';
import { type WorldAddresses, worldForm } from './start-world.ts';
import { stopProcess } from './stop-process.ts';

export type Found = WorldAddresses & { pid: number };

const answersWithinMs = 15_000;

/**
 * The world named in the file, when its process lives and answers. A busy machine may keep it from answering for a while;
 * starting another one beside it would leave two worlds on one folder, so one that stays mute is ended, and so is one of
 * another form, left by the Lastgood before an upgrade.
 */
export async function findRunning(file: string, dataDir: string): Promise<Found | null> {
  const noted = await readNote(file);
  if (!noted || !(await isWorldOf(dataDir, noted.pid))) return null;
  for (const until = Date.now() + answersWithinMs; Date.now() < until; ) {
    const { form, ...described } = (await describe(noted.controlUrl)) ?? {};
    if (described.pid === noted.pid) {
      if (form !== worldForm) break;
      return described as Found;
    }
    if (!isAlive(noted.pid)) return null;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stopProcess(noted.pid);
  return null;
}

async function readNote(file: string): Promise<Found | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Found;
  } catch {
    // None yet, or one that was cut off while it was written.
    return null;
  }
}

/** Whether the process lives and is a world kept in this folder; numbers of dead processes are given to others. */
async function isWorldOf(dataDir: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.split('\0').includes(dataDir);
}

/** What the world says about itself; null when it does not answer. */
async function describe(controlUrl: string): Promise<(Partial<Found> & { form?: number }) | null> {
  try {
    const answer = await request(`${controlUrl}/`, { headersTimeout: 2_000, bodyTimeout: 2_000 });
    return (await answer.body.json()) as Found & { form?: number };
  } catch {
    return null;
  }
}
