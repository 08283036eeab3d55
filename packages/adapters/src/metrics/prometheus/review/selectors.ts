import type { SyntaxNode } from '@lezer/common';
import { readDurationMs } from '../duration.ts';
import { cutAtPlaceholders } from '../placeholder.ts';
import type { Template } from '../read-template.ts';
import { functionName } from '../rules/expression.ts';
import { type Quote, unescapeInside } from '../string-literal.ts';

export interface Span {
  from: number;
  to: number;
}

export interface SelectorMatcher {
  label: Span & { name: string };
  /** Compared by `=` with this very text; null for any other comparison, and where a variable is filled in. */
  equals: (Span & { value: string }) | null;
}

export interface Selector {
  metric: Span & { name: string };
  matchers: SelectorMatcher[];
  /** Of a rate around it. */
  window: (Span & { ms: number }) | null;
}

/** Those of one metric, by its name. */
export function selectorsOf({ text, tree }: Template): Selector[] {
  const found: Selector[] = [];
  tree.iterate({
    enter({ name, node }) {
      if (name !== 'VectorSelector') return;
      const matchers = matchersOf(text, node);
      const metric = metricOf(text, node, matchers);
      if (metric)
        found.push({
          metric,
          matchers: matchers.filter(({ label }) => label.name !== '__name__'),
          window: windowOf(text, node),
        });
    },
  });
  return found;
}

function metricOf(
  text: string,
  node: SyntaxNode,
  matchers: readonly SelectorMatcher[],
): Selector['metric'] | null {
  const identifier = node.getChild('Identifier');
  if (identifier) return { ...spanOf(identifier), name: text.slice(identifier.from, identifier.to) };
  const equals = matchers.find(({ label }) => label.name === '__name__')?.equals;
  return equals ? { from: equals.from, to: equals.to, name: equals.value } : null;
}

function matchersOf(text: string, selector: SyntaxNode): SelectorMatcher[] {
  const list = selector.getChild('LabelMatchers');
  return (list?.getChildren('UnquotedLabelMatcher') ?? []).flatMap((matcher): SelectorMatcher[] => {
    const label = matcher.getChild('LabelName');
    const literal = matcher.getChild('StringLiteral');
    if (!label || !literal) return [];
    const written = text.slice(literal.from + 1, literal.to - 1);
    const value = unescapeInside(written, text[literal.from] as Quote);
    const isExact = matcher.getChild('MatchOp')?.firstChild?.name === 'EqlSingle';
    const isFilled = cutAtPlaceholders(written).some(({ kind }) => kind === 'placeholder');
    return [
      {
        label: { ...spanOf(label), name: text.slice(label.from, label.to) },
        equals: isExact && !isFilled && value !== null ? { ...spanOf(literal), value } : null,
      },
    ];
  });
}

/** Functions that need two samples of the window at least, and more to be worth something. */
const rates = ['Rate', 'Increase', 'Irate'];

function windowOf(text: string, selector: SyntaxNode): Selector['window'] {
  const matrix = selector.parent;
  const duration = matrix?.name === 'MatrixSelector' ? matrix.getChild('DurationExpr') : null;
  let call = matrix?.parent ?? null;
  while (call && ['OffsetExpr', 'StepInvariantExpr', 'ParenExpr', 'FunctionCallBody'].includes(call.name))
    call = call.parent;
  if (!duration || call?.name !== 'FunctionCall' || !rates.includes(functionName(call))) return null;
  const ms = readDurationMs(text.slice(duration.from, duration.to));
  return ms === null ? null : { ...spanOf(duration), ms };
}

function spanOf({ from, to }: SyntaxNode): Span {
  return { from, to };
}
