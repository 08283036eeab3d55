import { metricName } from '../labels.ts';
import type { Matcher } from '../series-store.ts';
import { compileAnchored } from './anchored-regex.ts';
import type { RangeSelector, Selector } from './expression.ts';
import { parseDurationMs, unquote } from './literals.ts';
import { unsupported } from './query-error.ts';
import type { Syntax } from './syntax.ts';

export function parseSelector(node: Syntax): Selector {
  const name = node.children.find((child) => child.name === 'Identifier');
  const list = node.children.find((child) => child.name === 'LabelMatchers');
  const matchers = (list?.children ?? []).map(parseMatcher);
  if (name !== undefined) {
    if (matchers.some((matcher) => matcher.label === metricName)) {
      throw node.error(`metric name must not be set twice: ${JSON.stringify(name.text)}`);
    }
    matchers.unshift(equalTo(metricName, name.text));
  }
  if (matchers.every((matcher) => matcher.matches(''))) {
    throw node.error('vector selector must contain at least one non-empty matcher');
  }
  return { kind: 'selector', matchers, offsetMs: 0 };
}

export function parseRange(node: Syntax): RangeSelector {
  const [operand, duration] = node.children;
  if (operand?.name === 'OffsetExpr') throw node.error('no offset modifiers allowed before range');
  if (operand?.name !== 'VectorSelector' || duration === undefined) {
    throw node.error('ranges only allowed for vector selectors');
  }
  const rangeMs = durationOf(duration);
  if (rangeMs === 0) throw duration.error('duration must be greater than 0');
  return { kind: 'range', selector: parseSelector(operand), rangeMs };
}

export function parseOffset(node: Syntax): Selector | RangeSelector {
  const operand = node.children[0];
  const duration = node.children.find((child) => child.name === 'OffsetDurationExpr');
  if (operand === undefined || duration === undefined) throw node.error('incomplete offset');
  const offsetMs = durationOf(duration);
  if (operand.name === 'VectorSelector') return { ...parseSelector(operand), offsetMs };
  if (operand.name === 'MatrixSelector') {
    const range = parseRange(operand);
    return { ...range, selector: { ...range.selector, offsetMs } };
  }
  if (operand.name === 'OffsetExpr') throw node.error('offset may not be set multiple times');
  throw node.error('offset modifier must be preceded by an instant vector selector or range vector selector');
}

/** Prometheus 2.42 takes a plain duration; the grammar here, of a newer one, also takes numbers and arithmetic. */
function durationOf(node: Syntax): number {
  const text = node.text.replaceAll(/\s/g, '');
  const sign = node.name === 'OffsetDurationExpr' && text.startsWith('-') ? -1 : 1;
  const plain = sign === -1 ? text.slice(1) : text;
  if (!/^[0-9a-z]+$/.test(plain)) throw unsupported(`the duration ${node.text}`);
  try {
    return sign * parseDurationMs(plain);
  } catch {
    throw node.error(`not a valid duration string: ${JSON.stringify(node.text)}`);
  }
}

function parseMatcher(node: Syntax): Matcher {
  const [label, operator, literal] = node.children;
  if (node.name !== 'UnquotedLabelMatcher' || !label || !operator || !literal) {
    throw unsupported(`the matcher ${node.text}`);
  }
  const value = unquote(literal.text);
  switch (operator.text) {
    case '=':
      return equalTo(label.text, value);
    case '!=':
      return { label: label.text, equals: null, matches: (actual) => actual !== value };
    default: {
      const pattern = compilePattern(value, literal);
      const wanted = operator.text === '=~';
      return { label: label.text, equals: null, matches: (actual) => pattern.test(actual) === wanted };
    }
  }
}

function equalTo(label: string, value: string): Matcher {
  return { label, equals: value, matches: (actual) => actual === value };
}

function compilePattern(pattern: string, node: Syntax): RegExp {
  try {
    return compileAnchored(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw node.error(`error parsing regexp ${JSON.stringify(pattern)}: ${reason}`);
  }
}
