import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openNameless, openPlan, sealPlan } from './sealed-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealed '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'plan');
const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const saved = { from: 'b', to: 'a', lineage: 'l', serial: 3, changes: [], secrets: ['hunter2hunter2'] };
const plan = Buffer.from('PK the plan itself');

it('a saved plan opens whole for its key and its stack, and for nothing else', () => {
  sealPlan(file, 'shop', key, saved, plan);
  expect(openPlan(file, 'shop', key)).toEqual({ saved, plan });
  expect(openPlan(file, 'shop', other)).toBeNull();
  expect(openPlan(file, 'other', key)).toBeNull();
  expect(openPlan(join(folder, 'none'), 'shop', key)).toBeNull();
  expect(readFileSync(file, 'latin1')).not.toMatch(/hunter2|PK|lineage/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('one that was touched or cut off does not open', () => {
  sealPlan(file, 'shop', key, saved, plan);
  const whole = readFileSync(file);
  for (const at of [0, 13, 40, whole.length - 1]) {
    const touched = Buffer.from(whole);
    touched[at] = (touched[at] ?? 0) ^ 1;
    writeFileSync(file, touched);
    expect(openPlan(file, 'shop', key)).toBeNull();
  }
  writeFileSync(file, whole.subarray(0, 20));
  expect(openPlan(file, 'shop', key)).toBeNull();
});

it('the same plan is sealed otherwise each time', () => {
  sealPlan(file, 'shop', key, saved, plan);
  const first = readFileSync(file);
  sealPlan(file, 'shop', key, saved, plan);
  expect(readFileSync(file).equals(first)).toBe(false);
});

it('a plan in the clear has no name on the disk', () => {
  const before = readdirSync(folder).length;
  const open = openNameless(folder, plan);
  expect(readdirSync(folder)).toHaveLength(before);
  expect(readFileSync(`/dev/fd/${open.fd}`, 'utf8')).toBe(plan.toString());
  open.close();
});
