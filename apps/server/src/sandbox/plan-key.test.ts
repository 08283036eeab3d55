import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keptPlanKey } from './plan-key.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is made once, of 32 bytes, and readable by its owner alone', () => {
  const at = join(folder, 'sandbox');
  const key = keptPlanKey(at);
  expect(Buffer.from(key, 'base64')).toHaveLength(32);
  expect(keptPlanKey(at)).toBe(key);
  expect(readdirSync(at)).toEqual(['plan.key']);
  expect(statSync(join(at, 'plan.key')).mode & 0o777).toBe(0o600);
});

it.each(['', 'dG9vIHNob3J0'])('is made anew where what is kept was cut short (%j)', (kept) => {
  writeFileSync(join(folder, 'plan.key'), kept);
  const key = keptPlanKey(folder);
  expect(Buffer.from(key, 'base64')).toHaveLength(32);
  expect(readFileSync(join(folder, 'plan.key'), 'utf8')).toBe(key);
});
