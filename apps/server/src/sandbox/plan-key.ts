import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const keyPattern = /^[A-Za-z0-9+/]{43}=$/;

/**
 * The key by which plans of the sandbox's stack are sealed, 32 bytes in base64: made once, and kept in this folder.
 * @throws Error where it is there and cannot be read: another one would open no plan that was sealed before
 */
export function keptPlanKey(folder: string): string {
  const file = join(folder, 'plan.key');
  const kept = readIfThere(file);
  if (kept !== null && keyPattern.test(kept)) return kept;
  const key = randomBytes(32).toString('base64');
  mkdirSync(folder, { recursive: true });
  // Beside its place and renamed: one that was cut short would be no key at any later start.
  writeFileSync(`${file}.new`, key, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return key;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
