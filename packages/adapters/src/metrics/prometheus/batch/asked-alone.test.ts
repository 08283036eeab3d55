import { triggerKind } from '@lastgood/domain/trigger/kinds/index';
import { shippedTriggers } from '@lastgood/domain/trigger/shipped-triggers';
import { describe, expect, it } from 'vitest';
import { readTemplate, type Template } from '../read-template.ts';
import { rewrittenOf, whyAskedAlone } from './asked-alone.ts';
import type { Rewritten } from './rewrite.ts';
import { writeBatch } from './write-batch.ts';

const shippedQueries = shippedTriggers().flatMap((trigger): [string, string][] => [
  ...triggerKind(trigger)
    .queries(trigger)
    .map(({ template }): [string, string] => [trigger.name, template]),
  ...(trigger.minSamples
    ? [[`companion of ${trigger.name}`, trigger.minSamples.query] as [string, string]]
    : []),
]);

const names = ['a', 'b.c'].map((name) => ({
  ...{ SERVICE: name, NAMESPACE: `ns-${name}`, WORKLOAD: name, POD_TEMPLATE_HASH: 'h1' },
}));

/** The query for both names. */
function together(template: string): string {
  const rewritten = rewrittenOf(readTemplate(template) as Template);
  return typeof rewritten === 'string' ? rewritten : writeBatch(rewritten, names);
}

it('names stand in their order, in whatever order they are asked for', () => {
  const rewritten = rewrittenOf(readTemplate('x{s="$SERVICE",n="$NAMESPACE"}') as Template) as Rewritten;
  const asked = ['b', 'c', 'a', 'b'].map((SERVICE, index) => ({ SERVICE, NAMESPACE: `n${3 - index}` }));
  expect(writeBatch(rewritten, asked)).toBe('x{s=~"(?:a|b|c)",n=~"(?:n0|n1|n2|n3)"}');
});

const both = 's=~"(?:a|b\\\\.c)"';

describe('what is asked for many services at once, and how', () => {
  it.each(shippedQueries)('the shipped %s', (_name, query) => {
    expect(whyAskedAlone(query)).toBeNull();
  });

  it.each([
    ['x{s="$SERVICE"}', `x{${both}}`],
    ['x{s=~"$SERVICE"}', `x{${both}}`],
    ['job:x:rate5m{s="$SERVICE"}', `job:x:rate5m{${both}}`],
    ['x{s="p-$SERVICE"}', 'x{s=~"p-(?:a|b\\\\.c)"}'],
    ['sum(x{s="$SERVICE"})', `sum by (s) (x{${both}})`],
    ['sum by (z) (x{s="$SERVICE"})', `sum by (z, s) (x{${both}})`],
    ['sum(x{s="$SERVICE"}) by (z)', `sum by (z, s) (x{${both}})`],
    ['sum without (z, s) (x{s="$SERVICE"})', `sum without (z) (x{${both}})`],
    ['quantile(0.9, x{s="$SERVICE"})', `quantile by (s) (0.9, x{${both}})`],
    ['count_values("v", x{s="$SERVICE"})', `count_values by (s) ("v", x{${both}})`],
    [
      'sum(x{s="$SERVICE"}) / sum(y{s="$SERVICE"}) or 0 * sum(y{s="$SERVICE"})',
      `sum by (s) (x{${both}}) / sum by (s) (y{${both}}) or 0 * sum by (s) (y{${both}})`,
    ],
    [
      'histogram_quantile(0.9, sum by (le) (rate(x_bucket{s="$SERVICE"}[5m] offset 1h)))',
      `histogram_quantile(0.9, sum by (le, s) (rate(x_bucket{${both}}[5m] offset 1h)))`,
    ],
    ['x{s="$SERVICE"} > on (p) y{s="$SERVICE"}', `x{${both}} > on (p, s) y{${both}}`],
    ['x{s="$SERVICE"} - ignoring (s, p) y{s="$SERVICE"}', `x{${both}} - ignoring (p) y{${both}}`],
    [
      'x{s="$SERVICE"} * on (p) group_left (v) y{s="$SERVICE"}',
      `x{${both}} * on (p, s) group_left (v) y{${both}}`,
    ],
    ['x{s="$SERVICE"} unless on () up{job="db"} == 0', `x{${both}} unless on () up{job="db"} == 0`],
    ['x{s="$SERVICE"} > bool 2', `x{${both}} > bool 2`],
    ['max_over_time(sum(x{s="$SERVICE"})[1h:1m])', `max_over_time(sum by (s) (x{${both}})[1h:1m])`],
    ['x{s="$SERVICE"} @ 1700000000', `x{${both}} @ 1700000000`],
    // What is answered for a name without series is put in its place when the answer is taken apart.
    ['sum(x{s="$SERVICE"}) or vector(0)', `sum by (s) (x{${both}}) or vector(0)`],
    ['x{s="$SERVICE"} or on() vector(0)', `x{${both}} or vector(0)`],
    [
      'sum(rate(x{n="$NAMESPACE",pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}[5m]))',
      'sum by (n, lastgood_batch_1) (label_replace(rate(x{n=~"(?:ns-a|ns-b\\\\.c)",pod=~"(?:a-h1|b\\\\.c-h1)-.*"}[5m]), "lastgood_batch_1", "$1", "pod", "(a-h1|b\\\\.c-h1)-.*"))',
    ],
    // Two labels that bear one name are told by one that is added to both.
    [
      'sum(x{s="$SERVICE"}) / sum(y{app="v1-$SERVICE"})',
      `sum by (lastgood_batch_0) (label_replace(x{${both}}, "lastgood_batch_0", "$1", "s", "((?:.|\\\\n)*)")) / sum by (lastgood_batch_0) (label_replace(y{app=~"v1-(?:a|b\\\\.c)"}, "lastgood_batch_0", "$1", "app", "v1-((?:.|\\\\n)*)"))`,
    ],
    // A namespace that only some selectors ask for is the same for all of a batch.
    [
      'sum(x{s="$SERVICE",n="$NAMESPACE"}) / sum(y{s="$SERVICE"})',
      `sum by (s) (x{${both},n="ns-a"}) / sum by (s) (y{${both}})`,
    ],
    ['sum(x{s="$SERVICE"} # why\n) # and', `sum by (s) (x{${both}} # why\n)`],
  ])('%s', (template, query) => {
    expect(together(template)).toBe(query);
    expect(whyAskedAlone(template)).toBeNull();
  });
});

describe('what is asked for each service by itself, and why', () => {
  it.each([
    ['up', 'It has no variable: it is asked once for all.'],
    ['sum(', expect.stringContaining('The query ends too early')],
    [
      'absent(x{s="$SERVICE"})',
      'absent at line 1, column 1 answers what is not there, and of many names nobody says which.',
    ],
    [
      'scalar(x{s="$SERVICE"})',
      'scalar at line 1, column 1 makes one number of a series, and of many names it would make none.',
    ],
    ['sort(x{s="$SERVICE"})', 'sort at line 1, column 1 is not known to answer each name by itself.'],
    [
      'topk(1, x{s="$SERVICE"})',
      'topk at line 1, column 1 chooses among series, and among equal ones by their order.',
    ],
    [
      'count_values("s", x{s="$SERVICE"})',
      'count_values at line 1, column 1 writes the label s anew, which tells the names apart.',
    ],
    [
      'label_replace(x{s="$SERVICE"}, "s", "$1", "p", "(.*)")',
      'label_replace at line 1, column 1 uses the label s, which tells the names apart.',
    ],
    [
      'label_join(x{s="$SERVICE"}, "p", "-", "s")',
      'label_join at line 1, column 1 uses the label s, which tells the names apart.',
    ],
    [
      'x{s="$SERVICE"} / sum(y{s="$SERVICE"})',
      '/ at line 1, column 1 joins series that have the label s with series that have lost it.',
    ],
    [
      'sum(x{s="$SERVICE"}) or y{s="$SERVICE"}',
      'or at line 1, column 1 joins series that have the label s with series that have lost it.',
    ],
    [
      'sum(x{s="$SERVICE"}) / sum(y)',
      '/ at line 1, column 1 joins series of a name with series that are the same for all names.',
    ],
    [
      '(sum(x{s="$SERVICE"}) or vector(0)) + 1',
      'or at line 1, column 2 joins series of a name with series that are the same for all names.',
    ],
    [
      'x{s="$SERVICE"} * on (p) group_left (s) y{s="$SERVICE"}',
      '* at line 1, column 1 takes over a label that tells the names apart.',
    ],
    [
      'x{s="$SERVICE"} or vector(0)',
      'or vector(...) at line 1, column 1 adds a series to those that have labels: write or on() vector(...).',
    ],
    [
      'x{s!="$SERVICE"}',
      's!="$SERVICE" leaves out the series of one name, which is not the same for many names together.',
    ],
    ['x{pod=~".*-$SERVICE"}', 'pod=~".*-$SERVICE" has more than plain text before or between its names.'],
    ['x{pod=~"$SERVICE|y"}', 'pod=~"$SERVICE|y" has alternatives that stand beside its name.'],
    ['x{pod=~"$SERVICE-(?i).*"}', 'pod=~"$SERVICE-(?i).*" sets flags or names a group behind its name.'],
    ['x{__name__="$SERVICE"}', 'Its names are those of the label __name__, which functions change.'],
    [
      'x{s="$SERVICE"} + y{w="$WORKLOAD"}',
      'Its selectors are filled by different variables, so that no one variable tells all its series apart.',
    ],
    [
      'max_over_time(sum(x{pod=~"$SERVICE-.*"})[1h:1m])',
      'A subquery at line 1, column 15 joins series that are told apart by a part of a label, and adds them up in any order.',
    ],
    ['-x{s="$SERVICE"} offset 5m', expect.stringContaining('A sign before an offset or @')],
  ])('%s', (template, why) => {
    expect(whyAskedAlone(template)).toEqual(why);
  });
});
