import type { SyntaxNode, Tree } from '@lezer/common';
import { meaningfulChildren } from './comments.ts';
import type { LiteralUse } from './escape.ts';
import { parseQuery } from './parse-query.ts';
import { place } from './place.ts';
import { cutAtPlaceholders, type Piece } from './placeholder.ts';
import { regexPositionProblem } from './regex-position.ts';
import { type Quote, unescapeInside } from './string-literal.ts';

/** A string literal with placeholders; texts of the pieces are what the literal says, escapes undone. */
export interface FillableLiteral {
  from: number;
  to: number;
  use: LiteralUse;
  pieces: Piece[];
}

/** A template that can be rendered. */
export interface Template {
  kind: 'template';
  text: string;
  tree: Tree;
  literals: FillableLiteral[];
}

/** Why a text is no template, each reason saying what to change. */
export interface UnreadableTemplate {
  kind: 'unreadable';
  problems: string[];
}

/** Who has mended these sees the others. */
export const mostProblems = 20;

/** What was read lately: a query is read at its declaration several times, and in every slot. */
const known = new Map<string, Template | UnreadableTemplate>();
const mostKnown = { texts: 500, chars: 1_000_000 };
let knownChars = 0;

/** Reads a query template with the official grammar. Placeholders inside strings are part of the string. */
export function readTemplate(text: string): Template | UnreadableTemplate {
  const before = known.get(text);
  if (before) return before;
  const read = readAnew(text);
  known.set(text, read);
  knownChars += text.length;
  for (const oldest of known.keys()) {
    if (known.size <= mostKnown.texts && knownChars <= mostKnown.chars) break;
    known.delete(oldest);
    knownChars -= oldest.length;
  }
  return read;
}

function readAnew(text: string): Template | UnreadableTemplate {
  if (text.trim() === '') return unreadable(['The query is empty: write a PromQL expression.']);
  const parsed = parseQuery(text);
  if (parsed.kind === 'too-deep') return unreadable([parsed.problem]);
  const { tree } = parsed;
  const end = parsed.kind === 'broken' ? parsed.end : text.length;
  const problems: string[] = [];
  const literals: FillableLiteral[] = [];
  // What the end of a text that was cut off goes through is not judged.
  const isWhole = ({ to }: SyntaxNode) => to < end || end === text.length;
  const nodes = textNodes(tree);
  for (const node of nodes) {
    if (problems.length >= mostProblems) break;
    if (node.name === 'StringLiteral' && isWhole(node)) problems.push(...brokenStringProblem(text, node));
  }
  for (const { node, name, from } of placedPlaceholders(text.slice(0, end), nodes)) {
    if (problems.length >= mostProblems) break;
    const read =
      node?.name === 'StringLiteral'
        ? isWhole(node) && readLiteral(text, node)
        : outsideQuotes(text, node, name, from);
    if (typeof read === 'string') problems.push(read);
    else if (read) literals.push(read);
  }
  // A misplaced placeholder is a syntax error too; saying it twice helps nobody.
  if (problems.length === 0 && parsed.kind === 'broken') problems.push(syntaxProblem(text, tree, parsed.at));
  if (problems.length === 0) problems.push(...resultProblem(tree));
  return problems.length > 0
    ? unreadable([...new Set(problems)])
    : { kind: 'template', text, tree, literals };
}

function unreadable(problems: string[]): UnreadableTemplate {
  return { kind: 'unreadable', problems };
}

/** Strings and comments, in their order. */
function textNodes(tree: Tree): SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  tree.iterate({
    enter(node) {
      if (node.name === 'StringLiteral' || node.name === 'LineComment') nodes.push(node.node);
    },
  });
  return nodes;
}

interface Placed {
  /** The string or comment that it stands in; null where it stands in neither. */
  node: SyntaxNode | null;
  name: string;
  from: number;
}

/** Where each placeholder stands, in one pass through both; a string with several of them once. */
function placedPlaceholders(text: string, nodes: readonly SyntaxNode[]): Placed[] {
  let [next, last] = [0, -1];
  return cutAtPlaceholders(text).flatMap((piece): Placed[] => {
    if (piece.kind === 'text') return [];
    const { name, from } = piece;
    while ((nodes[next]?.to ?? from + 1) <= from) next += 1;
    const node = nodes[next];
    if (!node || node.from > from) return [{ node: null, name, from }];
    if (node.name === 'StringLiteral') {
      if (last === next) return [];
      last = next;
    }
    return [{ node, name, from }];
  });
}

function brokenStringProblem(text: string, node: SyntaxNode): string[] {
  const source = text.slice(node.from, node.to);
  const quote = source[0] as Quote;
  if (source.length < 2 || !source.endsWith(quote))
    return [`The string at ${place(text, node.from)} is not closed: add ${quote}.`];
  if (unescapeInside(source.slice(1, -1), quote) !== null) return [];
  return [
    `The string at ${place(text, node.from)} has an escape that Prometheus does not know: write \\\\ for a backslash.`,
  ];
}

function readLiteral(text: string, node: SyntaxNode): FillableLiteral | string {
  const use = useOf(node);
  const quote = text[node.from] as Quote;
  const pieces = cutAtPlaceholders(text.slice(node.from + 1, node.to - 1), node.from + 1).map((piece) =>
    piece.kind === 'text' ? { ...piece, text: unescapeInside(piece.text, quote) } : piece,
  );
  const first = pieces.find((piece) => piece.kind === 'placeholder');
  const name = `$${nameInWords(first?.name ?? '')} at ${place(text, first?.from ?? node.from)}`;
  if (use === null) {
    return `${name} stands in a string that is not the value of a label matcher: variables are filled in only there, as in label="$NAME".`;
  }
  const whole = pieces.filter((piece): piece is Piece => piece.kind === 'placeholder' || piece.text !== null);
  if (whole.length < pieces.length) return `${name} cuts an escape in two: write the escaped character out.`;
  const problem = use === 'regex' ? regexPositionProblem(whole) : null;
  return problem === null ? { from: node.from, to: node.to, use, pieces: whole } : `${name} ${problem}.`;
}

/** How a literal is compared when it is the value of a label matcher; null when it is anything else. */
function useOf(literal: SyntaxNode): LiteralUse | null {
  const matcher = literal.parent;
  if (matcher?.name !== 'UnquotedLabelMatcher' && matcher?.name !== 'QuotedLabelMatcher') return null;
  const operator = matcher.getChild('MatchOp')?.firstChild?.name;
  if (operator === 'EqlSingle' || operator === 'Neq') return 'exact';
  return operator === 'EqlRegex' || operator === 'NeqRegex' ? 'regex' : null;
}

function outsideQuotes(text: string, node: SyntaxNode | null, name: string, from: number): string {
  const where = `$${nameInWords(name)} at ${place(text, from)}`;
  if (node?.name === 'LineComment') return `${where} stands in a comment: remove it there.`;
  return `${where} stands outside quotes: variables are filled in only inside the value of a label matcher, as in label="$${nameInWords(name)}".`;
}

/** @param at where reading it ended; an error may begin before */
function syntaxProblem(text: string, tree: Tree, at: number): string {
  let first: number | null = null;
  tree.iterate({
    enter(node) {
      if (node.type.isError) first ??= node.from;
    },
  });
  first ??= at;
  const before = text.slice(0, first).trimEnd();
  if (text.slice(first).trim() === '') {
    return `The query ends too early, after ${excerpt(before)}: a closing bracket, a quote or an operand is missing.`;
  }
  return `The query cannot be read at ${place(text, first)}${before === '' ? '' : `, after ${excerpt(before)}`}: a bracket, an operator or a known function is expected there.`;
}

function resultProblem(tree: Tree): string[] {
  let [top] = meaningfulChildren(tree.topNode);
  while (top?.name === 'ParenExpr') [top] = meaningfulChildren(top);
  if (top?.name === 'MatrixSelector' || top?.name === 'SubqueryExpr') {
    return [
      'The query answers a range of samples, not one number: put rate(...) or another function around it.',
    ];
  }
  return top?.name === 'StringLiteral'
    ? ['The query answers a text, not a number: write a PromQL expression.']
    : [];
}

/** No variable of ours has so long a name. */
export function nameInWords(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}

function excerpt(before: string): string {
  return before.length > 24 ? `"…${before.slice(-24)}"` : `"${before}"`;
}
