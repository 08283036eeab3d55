import { aDeployment, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Deployment } from './deployment.ts';
import { type Looks, lookEveryMs } from './looks.ts';
import { nextLooks, seenAgain } from './next-looks.ts';
import type { OwnRollout } from './own-rollout.ts';
import { awaitsLook, servingDoubt } from './serving-proof.ts';

const due = 40;
const watchEndsAt = dayZero + due * lookEveryMs;
const watched = aDeployment({ status: 'completed', completedAt: dayZero, watchEndsAt });
const serving: OwnRollout = { kind: 'serving' };
const lost: OwnRollout = { kind: 'unfinished', doubt: 'ImagePullBackOff' };
const slot = (n: number) => dayZero + n * lookEveryMs;

/** Looks one after another, as they are recorded. */
function looking(deployment: Deployment, ...seen: [at: number, saw: OwnRollout][]): Deployment {
  let { looks } = deployment;
  for (const [at, saw] of seen) looks = nextLooks({ ...deployment, looks }, saw, at) ?? looks;
  return { ...deployment, looks };
}
const servedAll = looking(
  watched,
  ...Array.from({ length: due }, (_, n): [number, OwnRollout] => [slot(n), serving]),
);
const withLooks = (over: Partial<Looks>) => ({ ...servedAll, looks: { ...servedAll.looks, ...over } });

describe('looks at a watched deployment', () => {
  it('count once a slot of the window, however often somebody looks', () => {
    const seen = looking(watched, [slot(0), serving], [slot(0) + 5_000, serving], [slot(1), serving]);
    expect(seen.looks).toMatchObject({ served: 2, lastAt: slot(1) });
    expect(servedAll.looks.served).toBe(due);
    expect(looking(servedAll, [slot(due), serving]).looks).toMatchObject({ served: due, lastAt: slot(due) });
  });

  it('take a slot back in which one of them saw something else', () => {
    const seen = looking(watched, [slot(0), serving], [slot(0) + 5_000, lost], [slot(0) + 9_000, serving]);
    expect(seen.looks).toEqual({
      served: 0,
      lastAt: slot(0) + 5_000,
      lastServed: false,
      doubt: 'ImagePullBackOff',
    });
  });

  it('do not count before the window, but tell what is missing', () => {
    const open = aDeployment();
    expect(looking(open, [slot(0), lost]).looks).toMatchObject({ served: 0, doubt: 'ImagePullBackOff' });
    expect(looking(open, [slot(0), serving]).looks.served).toBe(0);
  });
});

describe('a time in which it could not be seen', () => {
  it('is kept, in its midst as at its end, though what follows is seen', () => {
    const seen = looking(
      watched,
      [slot(0), serving],
      [slot(1), serving],
      [slot(9), serving],
      [slot(10), lost],
    );
    expect(seen.looks.gaps).toEqual([{ from: slot(1), to: slot(9) }]);
    expect(looking(seen, [slot(10) + 1, lost], [slot(11), serving]).looks.gaps).toHaveLength(1);
  });

  it('is none where looks follow one another', () => expect(servedAll.looks).not.toHaveProperty('gaps'));

  it('is kept after the window, too, in which nothing counts any more', () => {
    const after = seenAgain(servedAll, slot(due + 20));
    expect(after).toEqual({
      ...servedAll.looks,
      lastAt: slot(due + 20),
      gaps: [{ from: servedAll.looks.lastAt, to: slot(due + 20) }],
    });
    expect(seenAgain({ ...servedAll, looks: after ?? servedAll.looks }, slot(due + 20) + 1)).toBeNull();
  });

  it('is never told as too short, however often it comes', () => {
    const often = Array.from({ length: 60 }, (_, n): [number, OwnRollout] => [slot(n * 10), serving]);
    const { gaps = [] } = looking(watched, ...often).looks;
    expect(gaps).toHaveLength(20);
    expect([gaps[0]?.from, gaps.at(-1)?.to]).toEqual([slot(0), slot(590)]);
  });

  it('is never told as longer, either: of more than are kept the nearest two are one, less what was seen between', () => {
    // A minute unseen, then seen for a while: the shortest after the third.
    const seenFor = (n: number) => (n === 3 ? 2 : 4);
    let at = 0;
    const often = Array.from({ length: 22 }, (_, n) => {
      const looks = Array.from({ length: seenFor(n) }, (_one, k): [number, OwnRollout] => [
        slot(at + k),
        serving,
      ]);
      at += seenFor(n) - 1 + 4;
      return looks;
    }).flat();
    const { gaps = [] } = looking(watched, ...often).looks;
    expect(gaps).toHaveLength(20);
    expect(gaps.filter(({ seenMs }) => seenMs !== undefined)).toEqual([
      { from: slot(17), to: slot(26), seenMs: slot(1) - slot(0) },
    ]);
    const unseen = gaps.reduce((sum, { from, to, seenMs = 0 }) => sum + to - from - seenMs, 0);
    expect(unseen).toBe(21 * minute);
  });

  it('begins when it is complete, where nobody looked until long after', () => {
    const late = slot(80);
    expect(nextLooks(watched, serving, late)?.gaps).toEqual([{ from: dayZero, to: late }]);
    expect(seenAgain(watched, late)?.gaps).toEqual([{ from: dayZero, to: late }]);
    expect(nextLooks(watched, serving, slot(1))).not.toHaveProperty('gaps');
  });
});

describe('that it served', () => {
  it('is proven by nine of ten looks due and by the last one', () => {
    expect(servingDoubt(servedAll, watchEndsAt)).toBeNull();
    expect(servingDoubt(withLooks({ served: 36 }), watchEndsAt)).toBeNull();
  });

  it.each<[string, Deployment, RegExp, boolean]>([
    [
      'too few',
      withLooks({ served: 3, doubt: 'ImagePullBackOff' }),
      /^its own pods served in 3 of 40 looks, fewer than 90 %: ImagePullBackOff$/,
      false,
    ],
    ['a look that could not be taken is one without', withLooks({ served: 35 }), /35 of 40/, false],
    ['nobody looked', watched, /0 of 40/, false],
    [
      'gone at the end',
      withLooks({ lastServed: false, doubt: 'lost' }),
      /did not serve at the end of its watch: lost/,
      true,
    ],
    [
      'nobody looked at the end',
      withLooks({ lastAt: watchEndsAt - minute }),
      /were not seen at the end/,
      true,
    ],
  ])('is doubted: %s', (_words, deployment, doubt, later) => {
    expect(servingDoubt(deployment, watchEndsAt)).toMatch(doubt);
    expect(awaitsLook(deployment, watchEndsAt)).toBe(later);
    expect(awaitsLook(deployment, watchEndsAt + due * lookEveryMs)).toBe(false);
  });
});
