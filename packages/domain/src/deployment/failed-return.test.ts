import { aBaseline, aDeployment, dayZero } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { failedReturn } from './failed-return.ts';
import type { PassedRelease, Returned } from './jump.ts';

const target = aBaseline();
const passed: Returned = { targetId: target.id, verdict: 'passed', breached: null };
const failed: Returned = { ...passed, verdict: 'failed' };
const breached: Returned = { ...passed, breached: 'high_error_rate' };
const unproven: Returned = { ...passed, verdict: null };

const release = (n: number, returned: Returned | null): PassedRelease => ({
  ...aDeployment({ id: `d${n}`, release: n, startedAt: dayZero + n }),
  origin: returned ? 'rollback' : 'pipeline',
  returned,
});

describe('a return that failed', () => {
  it.each<[string, (Returned | null)[], string | null]>([
    ['none was made', [null, null], null],
    ['it passed', [passed], null],
    ['its verification failed', [failed], '3 and its verification failed'],
    ['an automatic trigger fired on it after it passed', [breached], '3 and breached high_error_rate'],
    ['it breached and failed', [{ ...breached, verdict: 'failed' }], '3 and breached high_error_rate'],
    ['it could not be proven', [unproven], null],
    ['it failed, and a later one passed', [failed, null, passed], null],
    ['it passed, and a later one failed', [passed, null, failed], '5 and its verification failed'],
    ['it failed, and a later one could not be proven', [failed, unproven], '3 and its verification failed'],
    ['it was to another release', [{ ...failed, targetId: 'd0' }], null],
  ])('%s', (_words, returns, why) => {
    const between = returns.map((returned, index) => release(index + 3, returned));
    const said = failedReturn(target, between.toReversed());
    if (why === null) expect(said).toBeNull();
    else expect(said).toBe(`v1 (release 1) was returned to as release ${why}`);
  });
});
