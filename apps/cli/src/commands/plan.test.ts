import type { Loss, Plan, PlanPreview } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { play, serveApi } from '../cli-harness.ts';
import { run } from '../wire-samples.ts';

const at = '2026-01-01T00:00:00.000Z';
const lost: Loss = {
  ...{ name: 'orders/coupons', kind: 'rows', store: 'orders', of: 'coupons', rows: 3, since: '0018' },
  text: '3 rows of coupons in database orders',
};
const plan: Plan = {
  ...{ members: [], strategy: 'rolling', from: run.from, target: run.target, checks: [], skipped: [] },
  createdObjects: [
    {
      ...{ name: 'CronJob/backfill', kind: 'CronJob', uid: 'u1', createdAt: at, refusal: null },
      words: 'v2 created CronJob backfill: it stays and goes on running unless you remove it.',
    },
  ],
  steps: [
    { kind: 'x', title: 'Reverse 0018', leavesBehind: '', expectedSeconds: null, expected: null },
    { kind: 'x', title: 'Apply it', leavesBehind: '', expectedSeconds: null, expected: null },
  ],
  parts: {
    sentence: 'Goes back: the schema of database orders.',
    losses: [lost],
    schemas: [],
    stacks: [
      {
        ...{ step: 1, stack: 'shop', from: 'b', to: 'a', more: 2 },
        changes: [{ address: 'aws_db.x', action: 'replace', keepsData: true, properties: [] }],
      },
    ],
    commits: [
      {
        ...{ step: 0, repository: 'deploy', branch: 'main', path: null, isRestore: false },
        ...{ commits: [{ id: 'abc1234', subject: 'Ship', author: 'Ada' }], files: ['a'], moreFiles: 0 },
      },
    ],
  },
  ...{ warnings: ['It stands still.'], byHand: [], expectedSeconds: null, expected: null },
  changes: { items: [], more: 0, unknown: [], sentence: null },
  commits: {
    from: { commit: null, url: null },
    to: { commit: null, url: null },
    compareUrl: null,
  },
};
const preview: PlanPreview = {
  at,
  plan,
  refusals: [],
  losses: [lost],
  unregistered: [],
  followers: [],
  noGroup: [],
};

test('says first what goes back and what does not, then how', async () => {
  const asked: unknown[] = [];
  const url = await serveApi({
    planPreview: async ({ params, query }) => {
      asked.push(params.id, query);
      return preview;
    },
  });
  const named = [
    ...['--accepting', 'orders/coupons', '--accepting', 'shop/q["a, b"]'],
    ...['--including', 'migration/orders'],
  ];
  expect(await play(url, ['plan', 'd-2', '--to', 'd-0', ...named])).toMatchObject({
    code: 0,
    answers: [
      'Goes back: the schema of database orders.',
      '1. Reverse 0018',
      '2. Apply it',
      'created  CronJob/backfill  v2 created CronJob backfill: it stays and goes on running unless you remove it.',
      'replace  aws_db.x  loses its data',
      '2 more changes of stack shop are not listed',
      'undoes  abc1234  Ship  Ada',
    ],
    said: ['It stands still.'],
  });
  const accepting = ['orders/coupons', 'shop/q["a, b"]'];
  expect(asked).toEqual(['d-2', { target: 'd-0', accepting, including: 'migration/orders' }]);
});

const moved = {
  ...{ service: 'main/shop/web', name: 'flag/f', kind: 'flag', included: false },
  ...{ text: 'Flag f moved from off to on.', act: 'Take flag f back to off' },
};

test('names what would be lost where that has to be named', async () => {
  const refusal = {
    code: 'rows-lost',
    reason: 'It would lose 3 rows.',
    advice: 'Name them.',
    losses: [lost],
  };
  const url = await serveApi({
    planPreview: async () => ({ ...preview, plan: null, refusals: [refusal], unregistered: [moved] }),
  });
  expect(await play(url, ['plan', 'd-2'])).toMatchObject({
    code: 1,
    answers: [
      'would be lost  orders/coupons  3 rows of coupons in database orders',
      'changed since  flag/f  Flag f moved from off to on.',
    ],
    said: ['It would lose 3 rows. Name them.'],
  });
});
