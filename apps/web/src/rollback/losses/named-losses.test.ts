import type { Loss, PlanPreview, Refusal } from '@lastgood/api-client';
import { describe, expect, test } from 'vitest';
import { lossesInWords } from './loss-words.ts';
import { lossesToName, unnamed } from './named-losses.ts';

const loss = (of: string, rows: number | null = 3): Loss => ({
  ...{ name: `orders/${of}`, kind: 'rows', store: 'orders', of, rows, since: '2', text: '' },
});
const refusal = (...losses: Loss[]): Refusal => ({ code: 'x', reason: 'no', advice: 'so', losses });
const preview = (refusals: Refusal[], losses: Loss[]): PlanPreview => ({
  ...{ at: '', plan: null, refusals, losses, followers: [], noGroup: [], unregistered: [] },
});

describe('what has to be named', () => {
  const [notes, coupons] = [loss('notes'), loss('coupons')];

  test('is all that a plan would lose, where nothing else stands against it', () =>
    expect(lossesToName(preview([refusal(notes)], [notes, coupons]))).toEqual([notes, coupons]));

  test.each<[string, PlanPreview | undefined]>([
    ['what is not known yet', undefined],
    ['a plan that is refused for something else too', preview([refusal(notes), refusal()], [notes])],
    ['one without a refusal', preview([], [notes])],
  ])('is nothing of %s', (_what, of) => expect(lossesToName(of)).toEqual([]));

  test('is what nobody has named, by its whole name', () =>
    expect(unnamed([notes, coupons], ['orders/notes', 'coupons'])).toEqual([coupons]));
});

test.each<[string, Loss[]]>([
  ['', []],
  ['3 rows of a', [loss('a')]],
  ['1 row of a and 3,412 rows of b', [loss('a', 1), loss('b', 3412)]],
  [
    'rows of a (how many is not known), 3 rows of b and 2 more',
    [loss('a', null), loss('b'), loss('c'), loss('d')],
  ],
  ['the data of aws_db.x', [{ ...loss('aws_db.x', null), kind: 'resource' }]],
])('a button says "%s"', (words, losses) => expect(lossesInWords(losses)).toBe(words));
