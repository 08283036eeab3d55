import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, renameSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import type { InfrastructureChange } from '@lastgood/domain/rollback/infrastructure-change';
import { openSealed, seal } from '../../sealing/seal.ts';

/** A saved plan with what it was made of. It holds the state and the values of variables: it is never on disk in the clear. */
export interface SavedPlan {
  from: string;
  to: string;
  lineage: string;
  /** The state it was planned on: the program refuses it once the state has another one. */
  serial: number;
  changes: InfrastructureChange[];
  /** Values that must not be told. */
  secrets: string[];
}

/**
 * Writes the plan encrypted: what is sealed is the length of the description, the description in JSON and the plan as the
 * program has written it, under the stack's name, so that it opens as no other's.
 */
export function sealPlan(file: string, stack: string, key: Buffer, saved: SavedPlan, plan: Buffer): void {
  const head = Buffer.from(JSON.stringify(saved));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  const unready = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(unready, seal(key, stack, Buffer.concat([length, head, plan])), { mode: 0o600 });
  renameSync(unready, file);
}

/** Null where there is none, or none that this key opens whole. */
export function openPlan(
  file: string,
  stack: string,
  key: Buffer,
): { saved: SavedPlan; plan: Buffer } | null {
  try {
    const clear = openSealed(key, stack, readFileSync(file));
    if (clear === null) return null;
    const end = 4 + clear.readUInt32BE(0);
    return { saved: JSON.parse(clear.toString('utf8', 4, end)), plan: clear.subarray(end) };
  } catch {
    return null;
  }
}

/** An open file without a name: what is written to it is gone with the last process that holds it. */
export function openNameless(
  folder: string,
  content: Buffer = Buffer.alloc(0),
): { fd: number; close(): void } {
  const path = `${folder}/${randomBytes(12).toString('hex')}`;
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  writeSync(fd, content);
  return { fd, close: () => closeSync(fd) };
}
