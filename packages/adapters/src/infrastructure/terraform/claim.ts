import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

/** The right to begin an apply: one at a time, among all processes of this machine that share the folder. */
const fileIn = (folder: string) => join(folder, 'starting.json');

/** What gives it back; null where another one has it. One whose process is dead has none. */
export function takeClaim(folder: string): (() => void) | null {
  const file = fileIn(folder);
  if (!isClaimed(folder)) rmSync(file, { force: true });
  try {
    writeFileSync(file, JSON.stringify(identityOf(process.pid)), { flag: 'wx', mode: 0o600 });
  } catch {
    return null;
  }
  return () => rmSync(file, { force: true });
}

export function isClaimed(folder: string): boolean {
  try {
    const holder: ProcessIdentity = JSON.parse(readFileSync(fileIn(folder), 'utf8'));
    return isAlive(holder) !== false;
  } catch {
    return false;
  }
}
