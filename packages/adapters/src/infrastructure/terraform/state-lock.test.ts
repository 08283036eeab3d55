import { describe, expect, it } from 'vitest';
import { mayRelease } from './own-lock.ts';
import { identityOf } from './process-identity.ts';
import { lockIn, lockInWords } from './state-lock.ts';
import type { WorkRecord } from './work-record.ts';

/** As Terraform 1.11 says it for the state in a file; who stands there is who holds it. */
const ofFile = `
Error: Error acquiring the state lock

Error message: resource temporarily unavailable
Lock Info:
  ID:        9bcfc08d-29b3-4ce6-510d-89aad19120e2
  Path:      /srv/shop.tfstate
  Operation: OperationTypeApply
  Who:       ann@laptop
  Version:   1.11.4
  Created:   2026-11-29 18:12:56.242424113 +0000 UTC
  Info:      
`;
/** As it says it for the HTTP backend; who stands there is whoever asked. */
const ofHttp = ofFile
  .replace(
    'resource temporarily unavailable',
    'HTTP remote state already locked:\nID=0c0aaa47-80d6-e5d9-448b-10d51959e88f',
  )
  .replace('ann@laptop', 'lastgood@pod');

describe('a lock', () => {
  it('is told with who holds it and since when', () => {
    const lock = lockIn(ofFile);
    expect(lock && lockInWords(lock)).toBe(
      'ann@laptop since 2026-11-29 18:12:56 UTC (apply, lock 9bcfc08d-29b3-4ce6-510d-89aad19120e2)',
    );
  });

  it('of the HTTP backend is not taken for the one that Lastgood asked for', () => {
    const lock = lockIn(ofHttp);
    expect(lock).toEqual({ id: '0c0aaa47-80d6-e5d9-448b-10d51959e88f', holder: null });
    expect(lock && lockInWords(lock)).toMatch(/^somebody \(lock 0c0a.*does not say who/);
  });

  it('is none where something else went wrong, and one without a name where nothing is told', () => {
    expect(lockIn('Error: Invalid reference')).toBeNull();
    expect(lockIn('Error acquiring the state lock: 503')).toEqual({ id: '', holder: null });
  });
});

describe('a lock that was left', () => {
  const dead = { ...identityOf(process.pid), startedAt: '1' };
  const work = (over: Partial<WorkRecord>): WorkRecord => ({
    ...{ operation: 'r/1', to: 'c', lineage: 'l', folder: '/x', process: dead, lockId: 'ours', end: null },
    ...over,
  });
  const lock = { id: 'ours', holder: null };

  it('is released when our own apply was seen to hold it, and is dead', () =>
    expect(mayRelease(lock, work({}))).toBe(true));

  it.each<[string, Partial<WorkRecord>]>([
    ['of a process that lives', { process: identityOf(process.pid) }],
    ['of another machine', { process: { ...dead, host: 'elsewhere' } }],
    ['that nobody saw it hold', { lockId: null }],
    ['with another id', { lockId: 'theirs' }],
    ['of an apply that was never started', { process: null }],
  ])('is left alone when it is one %s', (_which, over) => expect(mayRelease(lock, work(over))).toBe(false));

  it('is left alone when there was no apply, and when it has no name', () => {
    expect(mayRelease(lock, null)).toBe(false);
    expect(mayRelease({ id: '', holder: null }, work({ lockId: '' }))).toBe(false);
  });
});
