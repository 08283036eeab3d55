import { aDeployment, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../service/service.ts';
import type { Deployment } from './deployment.ts';
import { beyondLimits, jumpInWords, jumpOf } from './jump.ts';

const day = 24 * 60 * minute;
const release = (n: number, startedAt: number, over: Partial<Deployment> = {}) =>
  aDeployment({
    ...{ id: `d${n}`, release: n, version: `v${n}`, status: 'completed', proof: 'unproven', startedAt },
    ...over,
  });
const r1 = release(1, dayZero - 12 * day, { proof: 'verified' });
const r6 = release(6, dayZero);
const superseded = [2, 3, 4, 5].map((n) => release(n, dayZero - (6 - n) * 10 * minute));
const now = dayZero + minute;

describe('a jump back', () => {
  it('names every release that it skips, newest first, and why', () => {
    const { skipped, lastServedAt } = jumpOf(r1, r6, superseded);
    expect(skipped.map(({ release }) => release)).toEqual([5, 4, 3, 2]);
    expect(skipped[0]).toMatchObject({
      version: 'v5',
      why: 'replaced by v6 (release 6) after 10 min, and not verified by then',
    });
    expect(skipped[3]?.why).toContain('replaced by v3 (release 3)');
    expect(lastServedAt).toBe(dayZero - 40 * minute);
  });

  it('does not count what is no loss: taken back, never up, or itself a return', () => {
    const between = [
      release(2, dayZero - 3 * minute, { status: 'rolled_back' }),
      release(3, dayZero - 2 * minute, { status: 'failed' }),
      release(4, dayZero - minute, { origin: 'rollback' }),
    ];
    expect(jumpOf(r1, r6, between).skipped).toEqual([]);
  });

  it('to the release right before is no jump, however long that has served', () => {
    const jump = jumpOf(r1, r6, []);
    expect(jump).toMatchObject({ skipped: [], lastServedAt: dayZero });
    expect(beyondLimits(jump, defaultPolicy, now)).toEqual([]);
    expect(jumpInWords(jump, defaultPolicy, now)).toBeNull();
  });

  it('past more releases than the policy allows is beyond its limits', () => {
    expect(beyondLimits(jumpOf(r1, r6, superseded.slice(2)), defaultPolicy, now)).toEqual([]);
    expect(beyondLimits(jumpOf(r1, r6, superseded.slice(1)), defaultPolicy, now)).toEqual([
      'v1 (release 1) is 3 releases further back that nothing has proven (by itself it skips at most 2)',
    ]);
  });

  it('to what last served longer ago than the policy allows is too', () => {
    const jump = jumpOf(r1, r6, [release(2, dayZero - 4 * day)]);
    expect(beyondLimits(jump, defaultPolicy, now)).toEqual([
      'v1 (release 1) last served 4 days ago (by itself it returns to what served within 3 days)',
    ]);
    expect(beyondLimits(jump, { ...defaultPolicy, automaticMaxTargetAgeMs: 5 * day }, now)).toEqual([]);
  });

  it('is said before the click, with the ages and the limit', () => {
    const words = jumpInWords(jumpOf(r1, r6, superseded), defaultPolicy, now);
    expect(words).toContain(
      'Goes back past 4 releases to v1 (release 1): it is 12 days old and last served 41 min ago. Lastgood does not go so far back by itself.',
    );
    expect(words).toContain(
      'Skipped: v5 (release 5), 11 min old, replaced by v6 (release 6) after 10 min, and not verified by then; v4 (release 4)',
    );
  });

  it('names at most five, and how many more', () => {
    const many = Array.from({ length: 9 }, (_, n) => release(n + 2, dayZero - (9 - n) * minute));
    const words = jumpInWords(jumpOf(r1, release(11, dayZero), many), defaultPolicy, now);
    expect(words?.match(/v\d+ \(release \d+\), /g)).toHaveLength(5);
    expect(words).toContain('; and 4 more.');
  });
});
