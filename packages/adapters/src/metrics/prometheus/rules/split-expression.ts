import type { Comparison } from '@lastgood/domain/trigger/trigger';
import type { SyntaxNode } from '@lezer/common';
import { blankComments } from '../comments.ts';
import { emptyWhenHealthy } from '../empty-when-healthy.ts';
import { parseWhole } from '../parse-query.ts';
import {
  type Binary,
  constantOf,
  functionName,
  isOneSeries,
  isScalar,
  operandText,
  readBinary,
  unwrapped,
} from './expression.ts';
import { nextAbove, nextBelow } from './next-double.ts';

/*
 * An alert rule's expression has samples while the alert is on, and none while all is well. A trigger asks for a number in every slot
 * and has a threshold of its own. Taken apart is, from the outside in:
 *
 * - `E > 5`: E, with 5. `>=` and `<=` have the neighbouring number for a threshold; `==` and `!=` become 1 or 0 by `bool`
 * - `A > B` of two vectors: A - B, with 0 (exact for every pair of doubles: a difference never underflows to 0)
 * - `E > 5 and R`, `E > 5 unless R`: `E and R`, with 5: R still filters
 * - `L or R`: one of L, one of R
 * - `absent(E)`: 1, or 0 where it is there
 * - anything else that filters: how many series it has
 *
 * Where E has many series, the worst of them: `max` where it is too much, `min` where it is too little.
 * https://prometheus.io/docs/prometheus/latest/querying/operators/
 */

/** What the number is, beside that of the rule's sample. */
export type Shown = 'same' | 'difference' | 'one' | 'count';

export interface Condition {
  query: string;
  threshold: number;
  comparison: Comparison;
  shown: Shown;
  /** It takes the worst of many series. */
  isWorst: boolean;
  /** It still answers nothing in some cases that are well. */
  isSilent: boolean;
}

export type Split = { kind: 'conditions'; conditions: Condition[] } | { kind: 'none'; why: string };

/** A condition before many series are made one. */
interface Part {
  text: string;
  threshold: number;
  comparison: Comparison;
  shown: Shown;
  isOne: boolean;
  /** A set operator takes series away from it. */
  isFiltered: boolean;
}

/** Of more sides of `or` the series are counted. */
const mostConditions = 4;

/** The largest threshold that can be declared. */
const largestThreshold = 1e20;

/** The conditions under any of which an alert's expression has samples. */
export function splitExpression(written: string): Split {
  const text = blankComments(written).trim();
  const tree = parseWhole(text);
  const top = typeof tree === 'number' ? null : tree.topNode.firstChild;
  if (!top) return none('It cannot be read as a query.');
  const never = whyAlways(text, top);
  if (never !== null) return none(never);
  const parts = sides(text, unwrapped(top)).map((side) => partOf(text, side) ?? counted(text, side));
  const chosen = parts.length > mostConditions ? [counted(text, top)] : parts;
  return { kind: 'conditions', conditions: chosen.map(conditionOf) };
}

function none(why: string): Split {
  return { kind: 'none', why };
}

/** Why an alert is on whenever there is data, so that no limit can be found in it; null where it is not. */
function whyAlways(text: string, node: SyntaxNode): string | null {
  const inside = unwrapped(node);
  if (isScalar(text, inside) || (inside.name === 'FunctionCall' && functionName(inside) === 'Vector'))
    return 'It always has a sample, as a watchdog does: a trigger made of it would always fire.';
  const binary = readBinary(text, inside);
  if (binary?.operator === 'Or') return whyAlways(text, binary.left) ?? whyAlways(text, binary.right);
  if (binary?.isBool)
    return 'It compares with bool, so it has a sample (0 or 1) wherever there is data, and the alert is always on. Without bool it can be taken over.';
  return null;
}

/** Several conditions, one of which is enough. */
function sides(text: string, node: SyntaxNode): SyntaxNode[] {
  const binary = readBinary(text, node);
  if (binary?.operator !== 'Or') return [node];
  return [...sides(text, unwrapped(binary.left)), ...sides(text, unwrapped(binary.right))];
}

function partOf(text: string, node: SyntaxNode): Part | null {
  const inside = unwrapped(node);
  if (inside.name === 'FunctionCall') return partOfAbsent(text, inside);
  const binary = readBinary(text, inside);
  if (!binary || binary.isBool) return null;
  if (binary.operator === 'And' || binary.operator === 'Unless') return partOfSet(text, binary);
  if (!['Gtr', 'Gte', 'Lss', 'Lte', 'Eql', 'Neq'].includes(binary.operator)) return null;
  const [left, right] = [constantOf(text, binary.left), constantOf(text, binary.right)];
  if (right !== null) return partAtLimit(text, binary, binary.left, right, binary.operator);
  if (left !== null) return partAtLimit(text, binary, binary.right, left, turned[binary.operator] ?? '');
  return partOfTwo(text, binary);
}

const turned: Record<string, string> = {
  ...{ Gtr: 'Lss', Lss: 'Gtr', Gte: 'Lte', Lte: 'Gte', Eql: 'Eql', Neq: 'Neq' },
};

function partAtLimit(
  text: string,
  binary: Binary,
  asked: SyntaxNode,
  limit: number,
  operator: string,
): Part | null {
  if (!Number.isFinite(limit) || Math.abs(limit) > largestThreshold) return null;
  const limits: Record<string, Pick<Part, 'threshold' | 'comparison'>> = {
    Gtr: { threshold: limit, comparison: 'greater_than' },
    Gte: { threshold: nextBelow(limit), comparison: 'greater_than' },
    Lss: { threshold: limit, comparison: 'less_than' },
    Lte: { threshold: nextAbove(limit), comparison: 'less_than' },
  };
  const found = limits[operator];
  if (!found) return partByBool(text, binary);
  const written = text.slice(asked.from, asked.to);
  return { ...found, text: written, shown: 'same', isOne: isOneSeries(text, asked), isFiltered: false };
}

/** 1 where it holds, 0 where it does not. */
function partByBool(text: string, { left, right, operatorText, matching }: Binary): Part {
  const parts = [operandText(text, left), `${operatorText} bool`, matching, operandText(text, right)];
  return {
    text: parts.filter((part) => part !== '').join(' '),
    ...{ threshold: 0.5, comparison: 'greater_than', shown: 'one' },
    isOne: isOneSeries(text, left) && isOneSeries(text, right),
    isFiltered: false,
  };
}

function partOfTwo(text: string, binary: Binary): Part | null {
  const { left, right, operator, matching } = binary;
  if (isScalar(text, left) && isScalar(text, right)) return null;
  if (operator !== 'Gtr' && operator !== 'Lss') return partByBool(text, binary);
  const parts = [operandText(text, left), '-', matching, operandText(text, right)];
  return {
    text: parts.filter((part) => part !== '').join(' '),
    ...{ threshold: 0, shown: 'difference' },
    comparison: operator === 'Gtr' ? 'greater_than' : 'less_than',
    isOne: isOneSeries(text, left) && isOneSeries(text, right),
    isFiltered: false,
  };
}

/** `and` and `unless` leave of the left side what the right side lets pass, by its labels. */
function partOfSet(text: string, { left, right, operatorText, matching }: Binary): Part | null {
  const part = partOf(text, left);
  // The labels of `absent` are put away, so nothing can be matched by them.
  if (!part || unwrapped(left).name === 'FunctionCall') return null;
  const parts = [`(${part.text})`, operatorText, matching, operandText(text, right)];
  return { ...part, text: parts.filter((piece) => piece !== '').join(' '), isFiltered: true };
}

/** `absent` has the labels of its matchers, which nothing answers otherwise: they are put away. */
function partOfAbsent(text: string, call: SyntaxNode): Part | null {
  if (!['Absent', 'AbsentOverTime'].includes(functionName(call))) return null;
  return {
    text: `max(${text.slice(call.from, call.to)}) or vector(0)`,
    ...{ threshold: 0.5, comparison: 'greater_than', shown: 'same', isOne: true, isFiltered: false },
  };
}

function counted(text: string, node: SyntaxNode): Part {
  return {
    text: `count(${text.slice(node.from, node.to)}) or vector(0)`,
    ...{ threshold: 0.5, comparison: 'greater_than', shown: 'count', isOne: true, isFiltered: false },
  };
}

function conditionOf({ text, threshold, comparison, shown, isOne, isFiltered }: Part): Condition {
  const query = isOne ? text : `${comparison === 'greater_than' ? 'max' : 'min'}(${text})`;
  return {
    ...{ query, threshold, comparison, shown },
    isWorst: !isOne,
    isSilent: isFiltered || emptyWhenHealthy(query) !== null,
  };
}
