import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

/** The right to begin an apply: one at a time, among all processes of this machine that share the folder. */
const fileIn = (folder: string) => join(folder, 'starting.json');

/** How long one of another machine counts, in milliseconds: it is held only while a program is started. */
const foreignMs = 30_000;

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
    const alive = isAlive(holder);
    return alive === 'elsewhere' ? Date.now() - statSync(fileIn(folder)).mtimeMs < foreignMs : alive;
  } catch {
    return false;
  }
}
