import type { SyntaxNode } from '@lezer/common';
import type { Piece } from '../placeholder.ts';
import type { FillableLiteral } from '../read-template.ts';
import { isLiteralRegex, tailProblem } from './regex-tail.ts';

/** A matcher of a selector that keeps the series of one name: `service="$SERVICE"`, `pod=~"$WORKLOAD-.*"`. */
export interface FilledMatcher {
  label: string;
  literal: FillableLiteral;
  /** The pieces from the first placeholder to the last: what names are told apart by. */
  core: readonly Piece[];
  /** Equal for equal cores. */
  coreId: string;
  /** Plain text before the core. */
  before: string;
  /** What follows the core: plain text where the matcher is exact, else a regular expression. */
  behind: string;
  /** Whether it matches one text only. */
  exact: boolean;
}

/** A matcher with placeholders that cannot be asked for many names at once, and why. */
export interface FixedMatcher {
  literal: FillableLiteral;
  why: string;
}

export type ReadMatcher = ({ kind: 'filled' } & FilledMatcher) | ({ kind: 'fixed' } & FixedMatcher);

/** @param node an UnquotedLabelMatcher or QuotedLabelMatcher whose value is `literal` */
export function readMatcher(text: string, node: SyntaxNode, literal: FillableLiteral): ReadMatcher {
  const fixed = (why: string): ReadMatcher => ({ kind: 'fixed', literal, why });
  const shown = `${text.slice(node.from, node.to)}`;
  const label = node.getChild('LabelName');
  if (!label) return fixed(`${shown} has a label name in quotes`);
  const operator = node.getChild('MatchOp')?.firstChild?.name;
  if (operator !== 'EqlSingle' && operator !== 'EqlRegex')
    return fixed(`${shown} leaves out the series of one name, which is not the same for many names together`);
  const isPlaceholder = ({ kind }: Piece) => kind === 'placeholder';
  const first = literal.pieces.findIndex(isPlaceholder);
  const last = literal.pieces.findLastIndex(isPlaceholder);
  const core = literal.pieces.slice(first, last + 1);
  const before = textOf(literal.pieces.slice(0, first));
  const behind = textOf(literal.pieces.slice(last + 1));
  if (operator === 'EqlRegex') {
    if (![before, textOf(core)].every(isLiteralRegex))
      return fixed(`${shown} has more than plain text before or between its names`);
    const problem = tailProblem(behind);
    if (problem !== null) return fixed(`${shown} ${problem}`);
  }
  const exact = operator === 'EqlSingle' || isLiteralRegex(behind);
  return {
    kind: 'filled',
    ...{ label: text.slice(label.from, label.to), literal, core, coreId: idOf(core), before, behind, exact },
  };
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
}

function idOf(core: readonly Piece[]): string {
  return JSON.stringify(core.map((piece) => (piece.kind === 'text' ? piece.text : { name: piece.name })));
}
