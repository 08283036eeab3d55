import type { SyntaxNode } from '@lezer/common';
import { type Rewriting, textOf } from './rewriting.ts';

/** `BEFORE or vector(NUMBER)`, `BEFORE or on() vector(NUMBER)`. */
export interface Constant {
  before: SyntaxNode;
  /** As Prometheus prints it. */
  value: string;
  /** With `on()`: any series before it takes its place, whatever its labels. */
  everyLabel: boolean;
}

export function constantOf(context: Rewriting, node: SyntaxNode): Constant | null {
  if (node.name !== 'BinaryExpr' || !node.getChild('Or')) return null;
  const [before, after] = [node.firstChild, node.lastChild];
  const call = after?.name === 'FunctionCall' ? after : null;
  if (!before || call?.getChild('FunctionIdentifier')?.firstChild?.name !== 'Vector') return null;
  const value = call.getChild('FunctionCallBody')?.firstChild;
  if (value?.name !== 'NumberDurationLiteral' || !isPlain(textOf(context, value))) return null;
  const clause = node.getChild('MatchingModifierClause');
  const everyLabel = clause !== null;
  if (everyLabel && !/^on\s*\(\s*\)$/i.test(textOf(context, clause))) return null;
  return { before, value: textOf(context, value), everyLabel };
}

/** Printed by everybody as it is written. */
function isPlain(number: string): boolean {
  return /^\d{1,9}(\.\d{1,5})?$/.test(number) && String(Number(number)) === number;
}
