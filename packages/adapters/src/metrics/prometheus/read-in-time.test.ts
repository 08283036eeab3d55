import { describe, expect, it } from 'vitest';
import { emptyWhenHealthy } from './empty-when-healthy.ts';
import { lint } from './lint.ts';
import { mostProblems } from './read-template.ts';

/** Queries that are much work to read, each of about `n` characters. */
const kinds: Record<string, (n: number) => string> = {
  'brackets that are not closed': (n) => '('.repeat(n),
  'brackets within brackets': (n) => `${'('.repeat(n / 2)}1${')'.repeat(n / 2)}`,
  'aggregations within aggregations': (n) => `${'sum('.repeat(n / 5)}a${')'.repeat(n / 5)}`,
  'a chain of sums': (n) => `${'a+'.repeat(n / 2)}a`,
  'a chain of powers': (n) => `${'2^'.repeat(n / 2)}2`,
  signs: (n) => `${'-'.repeat(n)}1`,
  quotes: (n) => '"'.repeat(n),
  'strings over several lines': (n) => 'a{b="\n'.repeat(n / 7),
  'letters that no query has': (n) => 'é'.repeat(n),
  'placeholders outside quotes': (n) => '$A '.repeat(n / 3),
  'many unknown variables': (n) => Array.from({ length: n / 8 }, (_, index) => `$a${index}`).join(' '),
  'one long variable': (n) => `a{b="$${'A'.repeat(n)}"}`,
  'placeholders in a string': (n) => `a{b=~"${'$A.'.repeat(n / 3)}"}`,
  escapes: (n) => `a{b=~"${'\\\\$A'.repeat(n / 4)}"}`,
  backslashes: (n) => `a{b=~"${'\\'.repeat(n)}$A"}`,
  matchers: (n) => `a{${'b="c",'.repeat(n / 6)}}`,
  'matchers with placeholders': (n) => `a{${'b="$SERVICE",'.repeat(n / 13)}}`,
  arguments: (n) => `clamp(${'a,'.repeat(n / 2)}a)`,
  subqueries: (n) => `a${'[1m:1m]'.repeat(n / 7)}`,
  comments: (n) => `a ${'# $A\n'.repeat(n / 5)}`,
};

function read(query: string): string[] {
  const problems = lint(query, ['SERVICE']);
  emptyWhenHealthy(query);
  return problems;
}

/** Processor time of the fastest of a few: what else the machine does is not of interest. Each is another text, or it would be known. */
function msFor(make: (n: number) => string, n: number): number {
  const tries = Array.from({ length: 4 }, (_, index) => {
    const query = make(n) + ' '.repeat(index);
    const began = process.cpuUsage();
    read(query);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1_000;
  });
  return Math.min(...tries);
}

describe('reading a query', () => {
  it.each(Object.entries(kinds))('takes as much longer as there is more of %s', (_, make) => {
    const small = msFor(make, 10_000);
    const large = msFor(make, 100_000);
    // Ten times is linear, a hundred quadratic; between them is room for what else the machine does.
    expect(large).toBeLessThan(30 * small + 60);
  });

  it.each(Object.entries(kinds))('says little of %s', (_, make) => {
    const problems = read(make(100_000));
    expect(problems.length).toBeLessThanOrEqual(2 * mostProblems);
    expect(JSON.stringify(problems).length).toBeLessThan(12_000);
  });
});
