import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a Lastgood notes the world it uses, and its own process id as `owner`. */
export function worldNote(dataDir: string): string {
  return join(dataDir, 'world.json');
}

export interface OwnerWatch {
  /** Whether nobody who owns the world has lived for `aloneMs`, as far as was looked. */
  isAbandoned(now: number): Promise<boolean>;
}

/**
 * Tells a world that is to be taken over by the next start from one nobody comes for. Its first owner is who started it;
 * who takes it over notes itself.
 */
export function watchOwner(dataDir: string, firstOwner: number, aloneMs: number): OwnerWatch {
  let aloneSince: number | null = null;
  return {
    async isAbandoned(now) {
      if (isAlive((await notedOwner(dataDir)) ?? firstOwner) || isAlive(firstOwner)) aloneSince = null;
      else aloneSince ??= now;
      return aloneSince !== null && now - aloneSince >= aloneMs;
    },
  };
}

async function notedOwner(dataDir: string): Promise<number | null> {
  try {
    const { owner } = JSON.parse(await readFile(worldNote(dataDir), 'utf8')) as { owner?: number };
    return owner ?? null;
  } catch {
    // Not there yet, or just being written: looked at again in a moment.
    return null;
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
