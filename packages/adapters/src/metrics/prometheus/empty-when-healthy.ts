import type { EmptyWhenHealthy } from '@lastgood/domain/ports/metric-source';
import type { SyntaxNode } from '@lezer/common';
import { meaningfulChildren } from './comments.ts';
import { place } from './place.ts';
import { readTemplate, type Template } from './read-template.ts';

/*
 * Alert rules compare inside the query: `errors / requests > 0.05` answers a number while it breaches and nothing while all is
 * well. Read as *no data* such an answer does not end a breach. Found here is every place that can empty an answer by itself:
 *
 * - a comparison without `bool` (at the top, in brackets, under arithmetic, aggregations, functions and subqueries): it filters
 * - both sides of `or` (one side that always answers is enough: `x > 5 or vector(0)`), either side of `and` and `unless`
 * - `absent` and `absent_over_time`, which answer nothing while the series is there
 *
 * `scalar` and `vector` always answer. https://prometheus.io/docs/prometheus/latest/querying/operators/
 */

/** What of a template answers nothing while all is well, and how to ask instead; null when nothing does. */
export function emptyWhenHealthy(template: string): EmptyWhenHealthy | null {
  const found = findingOf(template);
  return found && { why: found.why, instead: found.instead };
}

/** Which part of the template that is; null when nothing is. */
export function emptiedAt(template: string): { from: number; to: number } | null {
  return findingOf(template)?.at ?? null;
}

type FoundEmpty = EmptyWhenHealthy & { at: { from: number; to: number } };

function findingOf(template: string): FoundEmpty | null {
  const read = readTemplate(template);
  if (read.kind === 'unreadable') return null;
  const known = judged.get(read);
  if (known !== undefined) return known;
  const found = emptiedBy(read);
  judged.set(read, found);
  return found;
}

/** A declaration asks several times of each query that it holds. */
const judged = new WeakMap<Template, FoundEmpty | null>();

function emptiedBy(read: Template): FoundEmpty | null {
  const { text: template } = read;
  const top = unwrapped(meaningfulChildren(read.tree.topNode)[0] ?? null);
  const found = top && emptying(top);
  if (!top || !found) return null;
  const what = isAbsent(found) ? 'asks for what is absent' : 'compares by itself';
  const { from, to } = operatorOf(found);
  const where = `The query ${what} at ${place(template, from)}`;
  return {
    why: `${where}, so it answers nothing while all is well.`,
    instead: adviceOn(template, top),
    at: { from, to },
  };
}

const filters: Record<string, 'greater_than' | 'less_than' | null> = {
  Gtr: 'greater_than',
  Gte: 'greater_than',
  Lss: 'less_than',
  Lte: 'less_than',
  Eql: null,
  Neq: null,
};

/** The node by which the answer of `node` can be emptied; null when nothing but missing data empties it. */
function emptying(node: SyntaxNode): SyntaxNode | null {
  if (node.name === 'BinaryExpr') return emptyingOfBinary(node);
  if (isAbsent(node)) return node;
  if (node.name === 'FunctionCall' && alwaysAnswers.has(functionName(node))) return null;
  return firstOf(meaningfulChildren(node));
}

function emptyingOfBinary(node: SyntaxNode): SyntaxNode | null {
  if (isFilter(node)) return node;
  const [left, right] = [meaningfulChildren(node)[0], meaningfulChildren(node).at(-1)];
  if (!left || !right) return null;
  if (operatorOf(node).name !== 'Or') return emptying(left) ?? emptying(right);
  const found = emptying(left);
  return found && emptying(right) ? found : null;
}

function isFilter(node: SyntaxNode): boolean {
  return node.name === 'BinaryExpr' && operatorOf(node).name in filters && !node.getChild('BoolModifier');
}

const alwaysAnswers = new Set(['Scalar', 'Vector', 'Time']);

function isAbsent(node: SyntaxNode): boolean {
  return node.name === 'FunctionCall' && ['Absent', 'AbsentOverTime'].includes(functionName(node));
}

function functionName(call: SyntaxNode): string {
  return call.getChild('FunctionIdentifier')?.firstChild?.name ?? '';
}

function firstOf(nodes: readonly SyntaxNode[]): SyntaxNode | null {
  for (const node of nodes) {
    const found = emptying(node);
    if (found) return found;
  }
  return null;
}

/** The operator of a binary expression; of anything else the thing itself. */
function operatorOf(node: SyntaxNode): SyntaxNode {
  return (node.name === 'BinaryExpr' && meaningfulChildren(node)[1]) || node;
}

function unwrapped(node: SyntaxNode | null): SyntaxNode | null {
  return node && ['ParenExpr', 'OffsetExpr', 'StepInvariantExpr'].includes(node.name)
    ? unwrapped(meaningfulChildren(node)[0] ?? null)
    : node;
}

/** Longer queries are not repeated in a sentence. */
const longestQuoted = 300;

/** How to ask instead: the query and its limit apart, where the whole query is one comparison with a number. */
function adviceOn(template: string, top: SyntaxNode): string {
  const split = isFilter(top) ? splitAtLimit(template, top) : null;
  if (!split)
    return 'Ask for the number itself and put the limit into threshold and comparison, or compare with bool.';
  const query = split.query.length > longestQuoted ? `what stands beside ${split.limit}` : `"${split.query}"`;
  return `Ask ${query} with threshold ${split.limit} and comparison ${split.comparison}.`;
}

interface Split {
  query: string;
  limit: string;
  comparison: 'greater_than' | 'less_than';
}

function splitAtLimit(template: string, comparison: SyntaxNode): Split | null {
  const [left, right] = [meaningfulChildren(comparison)[0], meaningfulChildren(comparison).at(-1)];
  const direction = filters[operatorOf(comparison).name] ?? null;
  if (!left || !right || direction === null) return null;
  const [before, after] = [textOf(template, left), textOf(template, right)];
  if (isNumber(after)) return { query: before, limit: after, comparison: direction };
  const turned = direction === 'greater_than' ? 'less_than' : 'greater_than';
  return isNumber(before) ? { query: after, limit: before, comparison: turned } : null;
}

function textOf(template: string, { from, to }: SyntaxNode): string {
  return template.slice(from, to).trim();
}

function isNumber(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text));
}
