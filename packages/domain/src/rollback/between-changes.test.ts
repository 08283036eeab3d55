import { aBaseline, aDeployment, aService, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { OtherChange } from '../deployment/deployment.ts';
import type { PassedRelease } from '../deployment/jump.ts';
import { betweenRefusals, type GoingBack } from './between-changes.ts';
import type { Step } from './step.ts';

const migration = (before: string | null, after: string | null): OtherChange => ({
  ...{ kind: 'migration', target: { database: 'orders' }, before, after },
});
const flag = (before: unknown, after: unknown): OtherChange => ({
  ...{ kind: 'flag', target: { provider: 'p', project: 'p', environment: 'e', flag: 'cart' }, before, after },
});
const weights = (before: object, after: object): OtherChange => ({
  ...{ kind: 'traffic', target: { kind: 'HTTPRoute', name: 'web' }, before, after },
});
const route = { cluster: 'main', namespace: 'shop', kind: 'HTTPRoute', name: 'web' };

const setFlag = (to: unknown): Step =>
  ({ kind: 'set-flag', ...flag(null, null).target, from: { on: true }, to }) as Step;
const migrateTo = (to: string): Step => {
  return { kind: 'migrate-to', database: 'orders', from: '0018', to, acceptedLoss: [] };
};

const release = (n: number, ...changes: OtherChange[]): PassedRelease => ({
  ...aDeployment({ id: `d${n}`, release: n, startedAt: dayZero + n * minute }),
  returned: null,
  changes,
});

interface Given {
  between: PassedRelease[];
  own?: OtherChange[];
  served?: OtherChange[];
  steps?: Step[];
}

function refused({ between, own = [], served = [], steps = [] }: Given): string[] {
  const back: GoingBack = {
    service: aService(),
    deployment: aDeployment({ release: 4, version: 'v4', changes: [...aDeployment().changes, ...own] }),
    target: aBaseline({ changes: [...aBaseline().changes, ...served] }),
    between,
  };
  return betweenRefusals(back, steps).map(({ reason }) => reason);
}

describe('what a release between changed is refused', () => {
  it.each<[string, Given]>([
    ['where the deployment changed code only', { between: [release(2, migration('0016', '0017'))] }],
    [
      'where the schema would go back to what that release left',
      {
        between: [release(2, migration('0016', '0017'))],
        own: [migration('0017', '0018')],
        steps: [migrateTo('0017')],
      },
    ],
    [
      'where the flag would return to what the deployment found',
      {
        between: [release(2, flag(false, true))],
        own: [flag(true, { percentage: 50 })],
        steps: [setFlag(true)],
      },
    ],
    ['where nobody registered what was there before', { between: [release(2, flag(null, true))] }],
    [
      'where a rollback between took back only a part of it',
      { between: [release(2, migration('0016', '0018')), release(3, migration('0018', '0017'))] },
    ],
    [
      'where weights would stay',
      { between: [release(2, weights({ a: 1 }, { a: 9, b: 1 }))], own: [weights({ a: 9, b: 1 }, { b: 1 })] },
    ],
  ])('%s', (_words, given) => expect(refused(given)).toHaveLength(1));

  it('in words that name it, and what to do instead', () => {
    expect(refused({ between: [release(2, migration('0016', '0017'))] })).toEqual([
      'v2 (release 2), between v1 (release 1) and v4 (release 4), changed a database schema (database orders), and this plan does not take that back: v1 (release 1) never served with it.',
    ]);
  });
});

describe('what a release between changed is no hindrance', () => {
  it.each<[string, Given]>([
    ['where it changed workloads only', { between: [release(2)] }],
    [
      'where a release after it took that back',
      { between: [release(3, flag(true, false)), release(2, flag(false, true))] },
    ],
    [
      'where the target registered what it served with, and the deployment changed it, too',
      {
        between: [release(2, migration('0016', '0017'))],
        own: [migration('0017', '0018')],
        served: [migration('0015', '0016')],
      },
    ],
    [
      'where the plan sets it to what was there before',
      {
        between: [release(2, migration('0016', '0017'))],
        own: [migration('0016', '0018')],
        steps: [migrateTo('0016')],
      },
    ],
    [
      'where weights come back to the same shares',
      {
        between: [release(2, weights({ a: 1, b: 0 }, { a: 9, b: 1 }))],
        steps: [
          {
            kind: 'set-weight',
            route,
            uid: 'u',
            rule: null,
            from: { a: 9, b: 1 },
            weights: { a: 100, b: 0 },
          },
        ],
      },
    ],
  ])('%s', (_words, given) => expect(refused(given)).toEqual([]));
});
