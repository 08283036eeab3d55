import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { sameTree } from './same-tree.ts';

const template = 'sum(rate(a{x="1",service="$SERVICE"}[2m])) / 2';
const filledAt = new Set([template.indexOf('"$SERVICE"')]);
const parsed = (text: string) => ({ text, tree: parser.parse(text) });
const same = (query: string) => sameTree(parsed(template), parsed(query), filledAt);

describe('comparing trees', () => {
  it('takes another text in the filled literal', () => {
    expect(same('sum(rate(a{x="1",service="cart"}[2m])) / 2')).toBe(true);
    expect(same('sum(rate(a{x="1",service=`a longer name`}[2m])) / 2')).toBe(true);
  });

  it.each([
    'zzz"}[2m])) or vector(1) #',
    'svc-0000"}[2m])) * 0 #',
    'a",x="b',
    'a" , service!="b',
    'a"',
    'a\n',
    '\\',
  ])('catches %j pasted in without escapes', (name) => {
    expect(same(template.replaceAll('$SERVICE', () => name))).toBe(false);
  });

  it.each([
    ['another number', 'sum(rate(a{x="1",service="cart"}[2m])) / 3'],
    ['another duration', 'sum(rate(a{x="1",service="cart"}[5m])) / 2'],
    ['another metric', 'sum(rate(b{x="1",service="cart"}[2m])) / 2'],
    ['another literal', 'sum(rate(a{x="2",service="cart"}[2m])) / 2'],
    ['another operator', 'sum(rate(a{x="1",service="cart"}[2m])) * 2'],
    ['another function', 'sum(increase(a{x="1",service="cart"}[2m])) / 2'],
    ['another matcher', 'sum(rate(a{x="1",service!="cart"}[2m])) / 2'],
    ['a comment', 'sum(rate(a{x="1",service="cart"}[2m])) / 2 # x'],
    ['more', 'sum(rate(a{x="1",service="cart"}[2m])) / 2 or b'],
    ['less', 'sum(rate(a{x="1",service="cart"}[2m]))'],
    ['nothing', ''],
  ])('catches %s', (_, query) => {
    expect(same(query)).toBe(false);
  });
});
