import { triggerKind } from '@lastgood/domain/trigger/kinds/index';
import { shippedTriggers } from '@lastgood/domain/trigger/shipped-triggers';
import { triggerVariables } from '@lastgood/domain/trigger/trigger';
import { describe, expect, it } from 'vitest';
import { lint } from './lint.ts';

const shippedQueries = shippedTriggers().flatMap((trigger) => [
  ...triggerKind(trigger)
    .queries(trigger)
    .map(({ template }) => template),
  ...(trigger.minSamples ? [trigger.minSamples.query] : []),
]);

const known = ['SERVICE', 'NAMESPACE'];

describe('lint', () => {
  it.each([
    'up',
    'sum(rate(a{service="$SERVICE"}[2m])) / 2 # a comment',
    'a{b=~"$SERVICE-[a-z]+-.*"}',
    'a{b=~"[^]$]-$SERVICE"}',
    'a{b=~"(?i)$SERVICE|(?:$NAMESPACE)?"}',
    'a{b=~"\\\\d{2}-$SERVICE"}',
    'a{b=~"[[:alpha:]]-$SERVICE"}',
    'a{b=~"[\\\\]]-$SERVICE"}',
    'a{b="[$SERVICE]"}',
    '{__name__="x", "a b"!="$SERVICE"}',
    'label_replace(up, "key", "\x24{1}-$2", "pod", "(a)-(.*)")',
  ])('takes %s', (template) => {
    expect(lint(template, known)).toEqual([]);
  });

  it.each([
    ['', 'The query is empty'],
    ['  \n', 'The query is empty'],
    ['a{b="$SERVIC"}', '$SERVIC is not a variable: use one of $SERVICE, $NAMESPACE.'],
    ['rate(a[$__rate_interval])', '$__rate_interval is not a variable'],
    ['a{b=$SERVICE}', '$SERVICE at line 1, column 5 stands outside quotes'],
    ['a{\n  c="$NAMESPACE",\n  b=$SERVICE}', '$SERVICE at line 3, column 5 stands outside quotes'],
    ['$SERVICE', 'stands outside quotes'],
    ['up # $SERVICE', 'stands in a comment'],
    ['count_values("$SERVICE", up)', 'stands in a string that is not the value of a label matcher'],
    ['{"$SERVICE"}', 'stands in a string that is not the value of a label matcher'],
    ['label_replace(up, "a", "$SERVICE", "b", "(.*)")', 'not the value of a label matcher'],
    ['a{b=~"[$SERVICE]"}', 'stands in a character class'],
    ['a{b=~"[]$SERVICE]"}', 'stands in a character class'],
    ['a{b=~"[[:alpha:]$SERVICE]"}', 'stands in a character class'],
    ['a{b=~"[\\\\]$SERVICE]"}', 'stands in a character class'],
    ['a{b=~"x{$SERVICE}"}', 'stands in a repetition'],
    ['a{b=~"(?$SERVICE)x"}', 'stands in the head of a group'],
    ['a{b=~"(?P<$SERVICE>x)"}', 'stands in the head of a group'],
    ['a{b=~"\\\\$SERVICE"}', 'stands right after a backslash'],
    ['a{b=~`\\x4$SERVICE`}', 'stands right after a backslash'],
    ['a{b=~`\\1$SERVICE`}', 'stands right after a backslash'],
    ['a{b=~"\\\\Q$SERVICE\\\\E"}', 'with \\Q'],
    ['a{b=~"$SERVICE*"}', 'is followed by a repetition'],
    ['a{b="\\x4$SERVICE"}', 'an escape that Prometheus does not know'],
    ['a{b="\\q"}', 'an escape that Prometheus does not know'],
    ['sum(', 'ends too early, after "sum("'],
    ['up{job="$SERVICE"', 'ends too early'],
    ['up{job="$SERVICE}', 'is not closed: add "'],
    ['sum(a) sum(b)', 'cannot be read at line 1, column 8, after "sum(a)"'],
    ['nosuchfunction(a)', 'a known function is expected there'],
    ['(up[5m])', 'answers a range of samples'],
    ['"x"', 'answers a text'],
  ])('refuses %s', (template, sentence) => {
    expect(lint(template, known).join('\n')).toContain(sentence);
  });

  it.each([
    ['or', `a${' or a'.repeat(1_990)}`],
    ['comparisons', `a${' > 0'.repeat(1_900)}`],
    ['signs', `${'-'.repeat(9_000)}a`],
    ['sums', `a${' + a'.repeat(600)}`],
  ])('says of too long a chain of %s that it is one, not that it cannot be read', (_kind, template) =>
    expect(lint(template, known)).toEqual([
      expect.stringContaining('is a chain of more than 500 operations'),
    ]),
  );

  it('takes every shipped trigger', () => {
    for (const query of shippedQueries) expect(lint(query, Object.keys(triggerVariables))).toEqual([]);
  });

  it('says one thing once', () => {
    expect(lint('a{b=$SERVICE}', known)).toHaveLength(1);
    expect(lint('a{b="$X",c="$X"}', known)).toHaveLength(1);
  });
});
