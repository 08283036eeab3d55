import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { type QueryError, queryError } from './query-error.ts';

/** A node of the official grammar's tree, with the text it stands for. */
export interface Syntax {
  name: string;
  text: string;
  children: Syntax[];
  /** A refusal that points at this node. */
  error(message: string): QueryError;
}

/**
 * The tree of a query by the official grammar.
 * @throws QueryError `bad_data` where the grammar does not take it
 */
export function parseSyntax(query: string): Syntax {
  const tree = parser.parse(query);
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) throw errorAt(query, node.from, describeRest(query, node.from));
    },
  });
  const loose = findLooseOffset(tree.topNode);
  if (loose !== null) return parseSyntax(parenthesize(query, loose));
  const expression = readNode(query, tree.topNode).children[0];
  if (expression !== undefined) return expression;
  throw queryError('bad_data', 'unknown position: parse error: no expression found in input');
}

interface Span {
  from: number;
  to: number;
}

/**
 * The grammar reads `a - b offset 1m` as `(a - b) offset 1m`, and what follows with the wrong precedence; in Prometheus
 * an offset belongs to the selector before it. Finds such a selector with its offset.
 */
function findLooseOffset(node: SyntaxNode): Span | null {
  const operand = node.name === 'OffsetExpr' ? node.firstChild : null;
  if (operand !== null && isOperation(operand)) {
    let last: SyntaxNode | null = operand;
    while (last !== null && isOperation(last)) last = last.lastChild;
    if (last?.name === 'VectorSelector') return { from: last.from, to: node.to };
  }
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    const found = findLooseOffset(child);
    if (found !== null) return found;
  }
  return null;
}

function isOperation(node: SyntaxNode): boolean {
  return node.name === 'BinaryExpr' || node.name === 'UnaryExpr';
}

function parenthesize(query: string, { from, to }: Span): string {
  return `${query.slice(0, from)}(${query.slice(from, to)})${query.slice(to)}`;
}

function describeRest(query: string, from: number): string {
  const rest = query.slice(from).trim();
  return rest === '' ? 'unexpected end of input' : `unexpected ${JSON.stringify(rest.slice(0, 40))}`;
}

function errorAt(query: string, position: number, message: string): QueryError {
  const before = query.slice(0, position).split('\n');
  return queryError(
    'bad_data',
    `${before.length}:${(before.at(-1)?.length ?? 0) + 1}: parse error: ${message}`,
  );
}

function readNode(query: string, node: SyntaxNode): Syntax {
  const children: Syntax[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(readNode(query, child));
  }
  return {
    name: node.name,
    text: query.slice(node.from, node.to),
    children,
    error: (message) => errorAt(query, node.from, message),
  };
}
