import { truncate } from '@lastgood/domain/truncate';
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
  /** The same, each with its place. */
  faults: TemplateFault[];
}

export interface TemplateFault {
  code: 'unreadable' | 'misplaced-variable';
  message: string;
  from: number;
  to: number;
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
  const whole = { from: 0, to: text.length };
  if (text.trim() === '')
    return unreadable([unread('The query is empty: write a PromQL expression.', whole)]);
  const parsed = parseQuery(text);
  if (parsed.kind === 'too-deep') return unreadable([unread(parsed.problem, whole)]);
  const { tree } = parsed;
  const end = parsed.kind === 'broken' ? parsed.end : text.length;
  const faults: TemplateFault[] = [];
  const literals: FillableLiteral[] = [];
  // What the end of a text that was cut off goes through is not judged.
  const isWhole = ({ to }: SyntaxNode) => to < end || end === text.length;
  const nodes = textNodes(tree);
  for (const node of nodes) {
    if (faults.length >= mostProblems) break;
    if (node.name === 'StringLiteral' && isWhole(node)) faults.push(...brokenStringProblem(text, node));
  }
  for (const { node, name, from } of placedPlaceholders(text.slice(0, end), nodes)) {
    if (faults.length >= mostProblems) break;
    const read =
      node?.name === 'StringLiteral'
        ? isWhole(node) && readLiteral(text, node)
        : outsideQuotes(text, node, name, from);
    if (!read) continue;
    if ('message' in read) faults.push(read);
    else literals.push(read);
  }
  // A misplaced placeholder is a syntax error too; saying it twice helps nobody.
  if (faults.length === 0 && parsed.kind === 'broken') faults.push(syntaxProblem(text, tree, parsed.at));
  if (faults.length === 0) faults.push(...resultProblem(tree));
  return faults.length > 0 ? unreadable(faults) : { kind: 'template', text, tree, literals };
}

function unreadable(faults: TemplateFault[]): UnreadableTemplate {
  return { kind: 'unreadable', problems: [...new Set(faults.map(({ message }) => message))], faults };
}

function unread(message: string, { from, to }: Pick<TemplateFault, 'from' | 'to'>): TemplateFault {
  return { code: 'unreadable', message, from, to };
}

function misplaced(message: string, from: number, name: string): TemplateFault {
  return { code: 'misplaced-variable', message, from, to: from + name.length + 1 };
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

function brokenStringProblem(text: string, node: SyntaxNode): TemplateFault[] {
  const source = text.slice(node.from, node.to);
  const quote = source[0] as Quote;
  if (source.length < 2 || !source.endsWith(quote))
    return [unread(`The string at ${place(text, node.from)} is not closed: add ${quote}.`, node)];
  if (unescapeInside(source.slice(1, -1), quote) !== null) return [];
  const message = `The string at ${place(text, node.from)} has an escape that Prometheus does not know: write \\\\ for a backslash.`;
  return [unread(message, node)];
}

function readLiteral(text: string, node: SyntaxNode): FillableLiteral | TemplateFault {
  const use = useOf(node);
  const quote = text[node.from] as Quote;
  const pieces = cutAtPlaceholders(text.slice(node.from + 1, node.to - 1), node.from + 1).map((piece) =>
    piece.kind === 'text' ? { ...piece, text: unescapeInside(piece.text, quote) } : piece,
  );
  const first = pieces.find((piece) => piece.kind === 'placeholder');
  const name = `$${nameInWords(first?.name ?? '')} at ${place(text, first?.from ?? node.from)}`;
  const fault = (message: string) => misplaced(message, first?.from ?? node.from, first?.name ?? '');
  if (use === null) {
    return fault(
      `${name} stands in a string that is not the value of a label matcher: variables are filled in only there, as in label="$NAME".`,
    );
  }
  const whole = pieces.filter((piece): piece is Piece => piece.kind === 'placeholder' || piece.text !== null);
  if (whole.length < pieces.length)
    return fault(`${name} cuts an escape in two: write the escaped character out.`);
  const problem = use === 'regex' ? regexPositionProblem(whole) : null;
  return problem === null
    ? { from: node.from, to: node.to, use, pieces: whole }
    : fault(`${name} ${problem}.`);
}

/** How a literal is compared when it is the value of a label matcher; null when it is anything else. */
function useOf(literal: SyntaxNode): LiteralUse | null {
  const matcher = literal.parent;
  if (matcher?.name !== 'UnquotedLabelMatcher' && matcher?.name !== 'QuotedLabelMatcher') return null;
  const operator = matcher.getChild('MatchOp')?.firstChild?.name;
  if (operator === 'EqlSingle' || operator === 'Neq') return 'exact';
  return operator === 'EqlRegex' || operator === 'NeqRegex' ? 'regex' : null;
}

function outsideQuotes(text: string, node: SyntaxNode | null, name: string, from: number): TemplateFault {
  const where = `$${nameInWords(name)} at ${place(text, from)}`;
  if (node?.name === 'LineComment')
    return misplaced(`${where} stands in a comment: remove it there.`, from, name);
  const message = `${where} stands outside quotes: variables are filled in only inside the value of a label matcher, as in label="$${nameInWords(name)}".`;
  return misplaced(message, from, name);
}

/** @param at where reading it ended; an error may begin before */
function syntaxProblem(text: string, tree: Tree, at: number): TemplateFault {
  let first: number | null = null;
  tree.iterate({
    enter(node) {
      if (node.type.isError) first ??= node.from;
    },
  });
  first ??= at;
  const before = text.slice(0, first).trimEnd();
  if (text.slice(first).trim() === '') {
    const message = `The query ends too early, after ${excerpt(before)}: a closing bracket, a quote or an operand is missing.`;
    return unread(message, { from: Math.max(0, before.length - 1), to: before.length });
  }
  const message = `The query cannot be read at ${place(text, first)}${before === '' ? '' : `, after ${excerpt(before)}`}: a bracket, an operator or a known function is expected there.`;
  return unread(message, { from: first, to: Math.min(text.length, first + 1) });
}

function resultProblem(tree: Tree): TemplateFault[] {
  let [top] = meaningfulChildren(tree.topNode);
  while (top?.name === 'ParenExpr') [top] = meaningfulChildren(top);
  if (top?.name === 'MatrixSelector' || top?.name === 'SubqueryExpr') {
    const message =
      'The query answers a range of samples, not one number: put rate(...) or another function around it.';
    return [unread(message, top)];
  }
  return top?.name === 'StringLiteral'
    ? [unread('The query answers a text, not a number: write a PromQL expression.', top)]
    : [];
}

/** No variable of ours has so long a name. */
export function nameInWords(name: string): string {
  return truncate(name, 40);
}

function excerpt(before: string): string {
  return before.length > 24 ? `"…${before.slice(-24)}"` : `"${before}"`;
}
