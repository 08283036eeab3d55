import { triggerKind } from '@lastgood/domain/trigger/kinds/index';
import { shippedTriggers } from '@lastgood/domain/trigger/shipped-triggers';
import { describe, expect, it } from 'vitest';
import { emptyWhenHealthy } from './empty-when-healthy.ts';

const shippedQueries = shippedTriggers().flatMap((trigger) => [
  ...triggerKind(trigger)
    .queries(trigger)
    .map(({ template }) => template),
  ...(trigger.minSamples ? [trigger.minSamples.query] : []),
]);

describe('a query that answers nothing while all is well', () => {
  it.each([
    'sum(rate(e{service="$SERVICE"}[2m])) > 0.05',
    '((a > 1))',
    '0.05 < a',
    'a == 1',
    'a != b',
    '-(a >= 1)',
    '(a > 1) * 100',
    'a / (b > 0)',
    'sum(a > 1)',
    'count by (x) (up{job="$SERVICE"} == 0)',
    'topk(1, a > 1)',
    'max_over_time((a > 1)[5m:15s])',
    'ceil(a > 1)',
    'a and b > 10',
    'a > 1 and b',
    'a unless b > 3',
    'a > 1 unless b',
    'a > 1 or b > 2',
    '(a > 1) > bool 0',
    'absent(up{service="$SERVICE"})',
    'absent_over_time(up[5m])',
    'sum(absent(up))',
  ])('is found in %s', (query) =>
    expect(emptyWhenHealthy(query)?.why).toMatch(/answers nothing while all is well\.$/),
  );

  it.each([
    'a / b or 0 * b',
    'a > bool 1',
    'sum(a > bool 1)',
    'a > 1 or vector(0)',
    'a > 1 or 0 * a',
    'sum(a > 1) or on() vector(0)',
    'scalar(a > 1)',
    'vector(scalar(a > 1))',
    'a{b!="x",c=~"d>e"}',
    'a and on(x) b',
    'a unless b',
    'sum(a) # > 1',
    'a >',
  ])('is not found in %s', (query) => expect(emptyWhenHealthy(query)).toBeNull());

  it('is none of the shipped ones', () => {
    for (const query of shippedQueries) expect(emptyWhenHealthy(query)).toBeNull();
  });

  it.each([
    ['a{s="$S"} / b > 0.05', 'Ask "a{s="$S"} / b" with threshold 0.05 and comparison greater_than.'],
    ['a >= 5e-1', 'Ask "a" with threshold 5e-1 and comparison greater_than.'],
    ['a < 3', 'Ask "a" with threshold 3 and comparison less_than.'],
    ['-2 < (a)', 'Ask "(a)" with threshold -2 and comparison greater_than.'],
    ['(3 >= a)', 'Ask "a" with threshold 3 and comparison less_than.'],
    ['a == 1', 'put the limit into threshold and comparison, or compare with bool.'],
    ['a > b', 'put the limit into threshold and comparison, or compare with bool.'],
    ['sum(a > 1)', 'put the limit into threshold and comparison, or compare with bool.'],
  ])('%s says how to ask instead', (query, advice) =>
    expect(emptyWhenHealthy(query)?.instead).toContain(advice),
  );

  it('says where', () => {
    expect(emptyWhenHealthy('sum(a)\n  > 5')?.why).toContain(
      'The query compares by itself at line 2, column 3,',
    );
    expect(emptyWhenHealthy('absent(a)')?.why).toContain(
      'The query asks for what is absent at line 1, column 1,',
    );
  });
});

it('is not led astray by comments', () => {
  expect(emptyWhenHealthy('# what fails\nerrors # of each\n > 0.05')?.instead).toContain('threshold 0.05');
});
