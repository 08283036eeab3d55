import { parser } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from './render.ts';
import { unescapeInside } from './string-literal.ts';

const errorRate =
  'sum(rate(http_requests_total{status=~"5..",service="$SERVICE"}[2m])) / sum(rate(http_requests_total{service="$SERVICE"}[2m]))';

function rendered(template: string, variables: Record<string, string>): string {
  const result = render(template, variables);
  if (result.kind === 'refused') throw new Error(result.reason);
  return result.query;
}

function refusal(template: string, variables: Record<string, string>): string | null {
  const result = render(template, variables);
  return result.kind === 'refused' ? result.reason : null;
}

/** Node names in order, errors included: what Prometheus would take the query for. */
function shape(query: string): string {
  const names: string[] = [];
  parser.parse(query).iterate({ enter: (node) => void names.push(node.name) });
  return names.join(' ');
}

function literals(query: string): string[] {
  const found: string[] = [];
  parser.parse(query).iterate({
    enter(node) {
      if (node.name === 'StringLiteral') found.push(query.slice(node.from, node.to));
    },
  });
  return found;
}

const anyText = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.isWellFormed());
const hostileText = fc
  .array(
    fc.constantFrom(
      '"',
      "'",
      '`',
      '\\',
      '\n',
      '}',
      ')',
      '#',
      '$',
      "$'",
      '$&',
      '\x24{SERVICE}',
      '.*',
      'a',
      '\u2028',
      '\0',
    ),
    {
      minLength: 1,
    },
  )
  .map((parts) => parts.join(''));
const value = fc.oneof(anyText, hostileText);

describe('filling placeholders', () => {
  it('fills every occurrence, in both spellings', () => {
    expect(rendered(errorRate, { SERVICE: 'cart' }).match(/service="cart"/g)).toHaveLength(2);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder's own spelling
    expect(rendered('up{job="${SERVICE}-canary"}', { SERVICE: 'cart' })).toBe('up{job="cart-canary"}');
  });

  it('leaves a template without placeholders as it is', () => {
    const template = `label_replace(up{job=~'a\\\\.b'}, "key", "$1", "pod", \`(a)-.*\`) # $`;
    expect(rendered(template, {})).toBe(template);
  });

  it('quotes regular expressions before it quotes the literal', () => {
    const template = 'kube_pod_info{namespace="$NAMESPACE",pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}';
    expect(rendered(template, { NAMESPACE: 'a.b', WORKLOAD: 'a.b', POD_TEMPLATE_HASH: '7c9' })).toBe(
      'kube_pod_info{namespace="a.b",pod=~"a\\\\.b-7c9-.*"}',
    );
  });

  it.each(['"', "'", '`'])('keeps the text around a placeholder in %s quotes', (quote) => {
    const query = rendered(`up{job=~${quote}$SERVICE-(a|b)${quote}}`, { SERVICE: 'x`"\'y' });
    expect(unescapeInside(literals(query)[0]?.slice(1, -1) ?? '', '"')).toBe('x`"\'y-(a|b)');
  });

  it('refuses a missing, an empty and a malformed value', () => {
    expect(refusal(errorRate, {})).toBe("the service's name is not known yet");
    expect(refusal('up{pod=~"$POD_TEMPLATE_HASH-.*"}', {})).toBe('waits for its first pod to be seen');
    expect(refusal(errorRate, { SERVICE: '' })).toContain('is empty');
    expect(refusal(errorRate, { SERVICE: '\ud800' })).toContain('not valid Unicode');
    expect(refusal('up{job="$constructor"}', {})).toBe('nothing is known by the name constructor');
  });
});

describe('injection', () => {
  it.each([
    ['zzz"}[2m])) or vector(1) #', errorRate],
    ['svc-0000"}[2m])) * 0 #', errorRate],
    ["svc-$'", errorRate],
    ['svc-$&-$`-$1', errorRate],
    ['$SERVICE', errorRate],
    ['a\\', errorRate],
    ['a\\"}) or vector(1) #', errorRate],
    ["a'} or vector(1) #", "up{job='$SERVICE'}"],
    ['a`} or vector(1) #', 'up{job=`$SERVICE`}'],
    ['a\n} or vector(1)', 'up{job="$SERVICE"}'],
  ])('%j stays a name', (name, template) => {
    const query = rendered(template, { SERVICE: name });
    expect(shape(query)).toBe(shape(template));
    const said = literals(query).map((literal) => unescapeInside(literal.slice(1, -1), '"'));
    expect(said).toContain(name);
  });

  it('does not let a name become a pattern', () => {
    const query = rendered('up{pod=~"$SERVICE"}', { SERVICE: 'svc-00.*' });
    expect(query).toBe('up{pod=~"svc-00\\\\.\\\\*"}');
  });

  it('keeps the tree for any name, and the literal says the name', () => {
    fc.assert(
      fc.property(
        value,
        fc.constantFrom('"', "'", '`'),
        fc.constantFrom('=', '!='),
        (name, quote, operator) => {
          const template = `sum(rate(a{x="1",job${operator}${quote}pre-$SERVICE-post${quote}}[2m])) by (le) > 0`;
          const query = rendered(template, { SERVICE: name });
          expect(shape(query)).toBe(shape(template));
          expect(unescapeInside(literals(query)[1]?.slice(1, -1) ?? '', '"')).toBe(`pre-${name}-post`);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('keeps the tree for any name in a pattern, and the pattern matches the name alone', () => {
    fc.assert(
      fc.property(
        value,
        value,
        fc.constantFrom('"', "'", '`'),
        fc.constantFrom('=~', '!~'),
        (name, other, quote, operator) => {
          const template = `a{job${operator}${quote}$SERVICE${quote}} or vector(0)`;
          const query = rendered(template, { SERVICE: name });
          expect(shape(query)).toBe(shape(template));
          const pattern = unescapeInside(literals(query)[0]?.slice(1, -1) ?? '', '"') ?? '';
          const regex = new RegExp(`^(?:${pattern})$`, 'v');
          expect(regex.test(name)).toBe(true);
          expect(regex.test(other)).toBe(other === name);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
