/** A request that is much work to read, to refuse or to take. */
export interface HardRequest {
  what: string;
  method: 'PUT' | 'POST' | 'GET';
  path: string;
  /** The text of the body; null for none. */
  body: string | null;
}

const set = '/trigger-sets/hard';
const service = '/services/main/shop/web';
const triggerNames = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

function trigger(name: string, query: string, more: object = {}): object {
  return {
    ...{ name, query, threshold: 5, comparison: 'greater_than', forDuration: 60 },
    ...{ severity: 'log_only', ...more },
  };
}

function put(what: string, path: string, body: string | object): HardRequest {
  return { what, method: 'PUT', path, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

function setOf(what: string, count: number, query: string): HardRequest {
  return put(what, set, { triggers: triggerNames(count).map((name) => trigger(name, query)) });
}

/** As long as a query may be, and right. */
const longQueries = {
  matchers: `sum(a{${'b="c",'.repeat(1_600)}d="$SERVICE"})`,
  arguments: `sum(a) / clamp(b, ${'1 + '.repeat(400)}1, ${'2 * '.repeat(400)}2)`,
  placeholders: `sum(a{b=~"${'$SERVICE|'.repeat(1_100)}x"})`,
  strings: `sum(a{b=~"${'\\\\d'.repeat(3_200)}"})`,
  groups: `sum by (${'a,'.repeat(4_900)}b) (c)`,
};

/** As long, and wrong. */
const wrongQueries = {
  placeholders: '$A '.repeat(3_300),
  quotes: '"'.repeat(10_000),
  brackets: '('.repeat(10_000),
  'closed brackets': `${'('.repeat(4_999)}1${')'.repeat(4_999)}`,
  aggregations: `${'sum('.repeat(1_900)}a${')'.repeat(1_900)}`,
  sums: `${'a+'.repeat(4_990)}a`,
  letters: 'é'.repeat(10_000),
  lines: 'a{b="\n'.repeat(1_400),
  names: Array.from({ length: 1_200 }, (_, index) => `$n${index}`).join(' '),
};

const check = (name: string, query: string) => ({
  ...{ name, type: 'prometheus', query, comparator: '<=', expected: 1 },
});

export const hardRequests: readonly HardRequest[] = [
  ...Object.entries(longQueries).map(([kind, query]) => setOf(`18 longest queries of ${kind}`, 18, query)),
  ...Object.entries(wrongQueries).map(([kind, query]) => setOf(`12 wrong queries of ${kind}`, 12, query)),
  setOf('a query of 900 KB', 1, '$A '.repeat(300_000)),
  setOf('a query of 240 KB', 1, 'a{b="\n'.repeat(34_000)),
  setOf(
    '50 triggers with companions',
    50,
    'sum(rate(a{service="$SERVICE"}[2m])) / sum(rate(b{service="$SERVICE"}[2m]))',
  ),
  put('a service with every list full', service, {
    triggers: triggerNames(25).map((name) => trigger(name, 'sum(a{service="$SERVICE"})')),
    checks: triggerNames(25).map((name) =>
      check(name, longQueries.matchers.slice(0, 4_000).replace(/,[^,]*$/, '})')),
    ),
    dependencies: Array.from({ length: 200 }, (_, index) => `main/shop/${'x'.repeat(200)}${index}`),
  }),
  put('thousands of wrong triggers', set, `{"triggers":[${'0,'.repeat(4_900)}0]}`),
  put('100,000 wrong triggers', set, `{"triggers":[${'0,'.repeat(120_000)}0]}`),
  put(
    'thousands of unknown members',
    set,
    `{${Array.from({ length: 4_900 }, (_, index) => `"x${index}":1`).join(',')}}`,
  ),
  put('a name of 250 KB', set, `{"${'x'.repeat(250_000)}":1}`),
  put('lists 100,000 deep', set, `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  put('objects 40,000 deep', set, `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`),
  put('a text of escapes', set, `{"description":"${'\\u0041'.repeat(40_000)}"}`),
  put('a text that does not end', set, `"${'\\"'.repeat(120_000)}`),
  {
    what: 'changes of 250 KB',
    method: 'POST',
    path: '/deployments',
    body: JSON.stringify({
      service: 'main/shop/web',
      changes: Array.from({ length: 25 }, () => ({
        ...{ kind: 'config', target: { name: 'x' }, after: { text: 'y'.repeat(9_900) } },
      })),
    }),
  },
  {
    what: 'images with thousands of wrong names',
    method: 'POST',
    path: '/deployments',
    body: `{"service":"main/shop/web","images":{${Array.from({ length: 4_900 }, (_, index) => `"\\n${index}":"x"`).join(',')}}}`,
  },
  { what: 'an address of 7 KB', method: 'GET', path: `/services?search=${'%41'.repeat(2_300)}`, body: null },
  { what: 'everything that is declared', method: 'GET', path: service, body: null },
  { what: 'the sets as they are', method: 'GET', path: '/trigger-sets', body: null },
];
