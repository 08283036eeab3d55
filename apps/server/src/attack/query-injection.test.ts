import { render } from '@lastgood/adapters/metrics/prometheus/render';
import { unescapeInside } from '@lastgood/adapters/metrics/prometheus/string-literal';
import { parser } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reportGoal } from './report-goal.ts';

/*
 * Names of services, workloads and versions are filled into queries. Whatever they are, what is asked stays the template:
 * the same nodes of Prometheus' own grammar, and the literal says the name.
 */
const renderings = 3_000;

const templates = [
  'sum(rate(errors{service="$SERVICE"}[2m])) / sum(rate(requests{service="$SERVICE"}[2m])) > 0.05',
  "up{job='$SERVICE',pod!=''}",
  'up{job=`$SERVICE`} offset 5m',
  'count(kube_pod_info{pod=~"$SERVICE-.*"}) by (node)',
  'up{a="x-$SERVICE-y"} unless up{a!~".*$SERVICE"}',
] as const;

const breaks = [
  ...['"', "'", '`', '\\', '}', '{', ')', '(', '[2m]', '#', '\n', '\r', ',', '=~".*"', ' or ', 'vector(1)'],
  ...[
    '$SERVICE',
    '$&',
    '$$',
    '.*',
    '|',
    '^',
    '\\u0022',
    '\\x22',
    '\u2028',
    '\u202e',
    '\0',
    '\ufeff',
    'a',
    '{{',
    '%22',
  ],
];

const hostileName = fc.oneof(
  fc.array(fc.constantFrom(...breaks), { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
  fc.constantFrom('x"} or vector(1) #', "x'} or vector(1) #", 'x`} or vector(1) #', 'x\\"}[1y] or up #'),
  fc.string({ minLength: 1, maxLength: 20 }),
);

test('no name makes another query than its template', () => {
  const shapes = new Map(templates.map((template) => [template, shapeOf(template)]));
  const drawn = fc.sample(fc.tuple(fc.constantFrom(...templates), hostileName), {
    seed: 7,
    numRuns: renderings,
  });
  const injected: string[] = [];
  let refused = 0;
  for (const [template, name] of drawn) {
    const rendered = render(template, { SERVICE: name });
    if (rendered.kind === 'refused') refused += 1;
    else if (shapeOf(rendered.query) !== shapes.get(template) || !says(rendered.query, name, template))
      injected.push(`${JSON.stringify(name)} made ${rendered.query}`);
  }
  reportGoal({
    goal: 'S6',
    what: 'renderings that are another query',
    count: injected.length,
    of: renderings,
    bound: 0,
  });
  expect(injected).toEqual([]);
  expect(refused).toBeLessThan(renderings / 10);
});

/** The nodes that Prometheus' grammar reads, errors among them. */
function shapeOf(query: string): string {
  const names: string[] = [];
  parser.parse(query).iterate({ enter: ({ name }) => void names.push(name) });
  return names.join(' ');
}

/** Some literal means the name; where it is matched as a pattern, the pattern matches it and it alone stands there. */
function says(query: string, name: string, template: string): boolean {
  const meant: string[] = [];
  parser.parse(query).iterate({
    enter({ name: node, from, to }) {
      const quote = query[from];
      if (node === 'StringLiteral' && (quote === '"' || quote === "'" || quote === '`'))
        meant.push(unescapeInside(query.slice(from + 1, to - 1), quote) ?? '');
    },
  });
  const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const isPattern = /[=!]~"[^"]*\$SERVICE/.test(template);
  return meant.some((text) => text.includes(isPattern ? quoted : name));
}
