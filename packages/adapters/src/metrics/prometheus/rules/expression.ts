import type { SyntaxNode } from '@lezer/common';
import { readDurationMs } from '../duration.ts';

/** What stands inside brackets. */
export function unwrapped(node: SyntaxNode): SyntaxNode {
  return node.name === 'ParenExpr' && node.firstChild ? unwrapped(node.firstChild) : node;
}

export interface Binary {
  left: SyntaxNode;
  right: SyntaxNode;
  /** As the grammar names it: Gtr, And, Sub ... */
  operator: string;
  operatorText: string;
  isBool: boolean;
  /** `on(...) group_left(...)`, or nothing. */
  matching: string;
}

export function readBinary(text: string, node: SyntaxNode): Binary | null {
  const { firstChild: left, lastChild: right } = node;
  const operator = left?.nextSibling;
  if (node.name !== 'BinaryExpr' || !left || !right || !operator) return null;
  const clause = node.getChild('MatchingModifierClause');
  const written = clause ? text.slice(clause.from, clause.to) : '';
  return {
    ...{ left, right, operator: operator.name, operatorText: text.slice(operator.from, operator.to) },
    isBool: node.getChild('BoolModifier') !== null,
    // Without brackets of its own, those of an operand would be read as its labels.
    matching: written.replace(/(group_(?:left|right))\s*$/i, '$1()'),
  };
}

/** An operand as it can stand beside any operator. */
export function operandText(text: string, node: SyntaxNode): string {
  const written = text.slice(node.from, node.to);
  return ['BinaryExpr', 'UnaryExpr'].includes(node.name) ? `(${written})` : written;
}

export function functionName(call: SyntaxNode): string {
  return call.getChild('FunctionIdentifier')?.firstChild?.name ?? '';
}

/** The arguments of a function or an aggregation. */
function argumentsOf(call: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const body = call.getChild('FunctionCallBody');
  for (let child = body?.firstChild ?? null; child; child = child.nextSibling) found.push(child);
  return found;
}

const arithmetic: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};

/** What a node comes to that is made of numbers alone; null when it is not. */
export function constantOf(text: string, node: SyntaxNode): number | null {
  if (node.name === 'ParenExpr' && node.firstChild) return constantOf(text, node.firstChild);
  if (node.name === 'NumberDurationLiteral') return numberOf(text.slice(node.from, node.to));
  if (node.name === 'UnaryExpr' && node.lastChild) {
    const value = constantOf(text, node.lastChild);
    return value === null ? null : text[node.from] === '-' ? -value : value;
  }
  const binary = readBinary(text, node);
  const apply = binary && arithmetic[binary.operator];
  if (!binary || !apply) return null;
  const [a, b] = [constantOf(text, binary.left), constantOf(text, binary.right)];
  return a === null || b === null ? null : apply(a, b);
}

/** Numbers with digits apart (`1_000`), hexadecimal ones and durations (`5m` is 300) are numbers of newer servers, too. */
function numberOf(written: string): number | null {
  const value = Number(written.replaceAll('_', ''));
  if (Number.isFinite(value)) return value;
  const ms = readDurationMs(written);
  return ms === null ? null : ms / 1_000;
}

/** Whether it is one number and no vector: nothing of it can be filtered. */
export function isScalar(text: string, node: SyntaxNode): boolean {
  const inside = unwrapped(node);
  if (inside.name === 'NumberDurationLiteral') return true;
  if (inside.name === 'FunctionCall') return ['Scalar', 'Time', 'Pi'].includes(functionName(inside));
  if (inside.name === 'UnaryExpr' && inside.lastChild) return isScalar(text, inside.lastChild);
  const binary = readBinary(text, inside);
  return binary !== null && isScalar(text, binary.left) && isScalar(text, binary.right);
}

const severalOfOne = ['Topk', 'Bottomk', 'CountValues', 'LimitK', 'LimitRatio'];

/** Whether it answers at most one series, and that without labels. What is not known to does not. */
export function isOneSeries(text: string, node: SyntaxNode): boolean {
  const inside = unwrapped(node);
  if (isScalar(text, inside)) return true;
  if (inside.name === 'UnaryExpr' && inside.lastChild) return isOneSeries(text, inside.lastChild);
  if (inside.name === 'FunctionCall') return isOneSeriesOfCall(text, inside);
  if (inside.name === 'AggregateExpr') return aggregatesAll(inside);
  const binary = readBinary(text, inside);
  if (!binary) return false;
  if (binary.operator === 'And' || binary.operator === 'Unless') return isOneSeries(text, binary.left);
  return isOneSeries(text, binary.left) && isOneSeries(text, binary.right);
}

const keepLabels = [
  ...[
    'Abs',
    'Ceil',
    'Floor',
    'Round',
    'Clamp',
    'ClampMax',
    'ClampMin',
    'Exp',
    'Ln',
    'Log2',
    'Log10',
    'Sqrt',
    'Sgn',
  ],
];

function isOneSeriesOfCall(text: string, call: SyntaxNode): boolean {
  const name = functionName(call);
  if (name === 'Vector') return true;
  const [first] = argumentsOf(call);
  return keepLabels.includes(name) && first !== undefined && isOneSeries(text, first);
}

function aggregatesAll(node: SyntaxNode): boolean {
  const operator = node.getChild('AggregateOp')?.firstChild?.name ?? '';
  const modifier = node.getChild('AggregateModifier');
  if (severalOfOne.includes(operator)) return false;
  if (!modifier) return true;
  return modifier.getChild('By') !== null && !modifier.getChild('GroupingLabels')?.firstChild;
}
