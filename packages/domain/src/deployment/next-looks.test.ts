import { aDeployment, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Deployment } from './deployment.ts';
import { type Looks, lookEveryMs } from './looks.ts';
import { nextLooks } from './next-looks.ts';
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
