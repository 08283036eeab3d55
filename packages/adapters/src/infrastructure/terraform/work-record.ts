import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';

const Identity = Type.Object({
  pid: Type.Integer(),
  host: Type.String(),
  boot: Type.String(),
  startedAt: Type.String(),
});

const WorkRecord = Type.Object({
  /** The operation it was begun for. */
  operation: Type.String(),
  to: Type.String(),
  lineage: Type.String(),
  /** The workplace it runs in; what it says is in there. */
  folder: Type.String(),
  /** Null until the program is started. */
  process: Type.Union([Identity, Type.Null()]),
  /** The lock of the state that it was seen to hold: whatever else has another one. */
  lockId: Type.Union([Type.String(), Type.Null()]),
  /** How it ended, once somebody has looked; null before. */
  end: Type.Union([
    Type.Object({ kind: Type.Literal('done') }),
    Type.Object({ kind: Type.Literal('failed'), reason: Type.String(), told: Type.Boolean() }),
    Type.Object({ kind: Type.Literal('cut-off') }),
    Type.Null(),
  ]),
});

/** An apply as every process that comes after finds it again. It holds no value of the configuration. */
export type WorkRecord = Static<typeof WorkRecord>;

const fileIn = (folder: string) => join(folder, 'work.json');

/** The newest apply of the stack; null where there was none. */
export function readWork(folder: string): WorkRecord | null {
  try {
    const read: unknown = JSON.parse(readFileSync(fileIn(folder), 'utf8'));
    return Check(WorkRecord, read) ? read : null;
  } catch {
    return null;
  }
}

export function writeWork(folder: string, record: WorkRecord): void {
  const unready = `${fileIn(folder)}.${randomBytes(6).toString('hex')}`;
  writeFileSync(unready, JSON.stringify(record), { mode: 0o600 });
  renameSync(unready, fileIn(folder));
}
