import { describeLabels, keyOf, type Labels, metricName, only, without, withoutName } from '../labels.ts';
import { type BinaryOperator, isArithmetic, type Matching, type SetOperator } from './expression.ts';
import { queryError } from './query-error.ts';
import type { Vector } from './vector.ts';

/** The result of an operation on two numbers; null when a comparison filters the element out. */
export function operate(operator: BinaryOperator, left: number, right: number): number | null {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return compare(operator, left, right) ? left : null;
  }
}

export function compare(operator: BinaryOperator, left: number, right: number): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '>':
      return left > right;
    case '<':
      return left < right;
    case '>=':
      return left >= right;
    case '<=':
      return left <= right;
    default:
      throw queryError('execution', `${operator} does not compare numbers`);
  }
}

function partnerKey(matching: Matching): (labels: Labels) => string {
  const ignored = new Set([...matching.labels, metricName]);
  return (labels) => keyOf(matching.on ? only(labels, matching.labels) : without(labels, ignored));
}

export function combineSets(operator: SetOperator, matching: Matching, left: Vector, right: Vector): Vector {
  const key = partnerKey(matching);
  const [leftKeys, rightKeys] = [left, right].map(
    (side) => new Set(side.map((element) => key(element.labels))),
  );
  if (operator === 'or') return [...left, ...right.filter((element) => !leftKeys?.has(key(element.labels)))];
  const kept = operator === 'and';
  return left.filter((element) => rightKeys?.has(key(element.labels)) === kept);
}

/**
 * One-to-one matching.
 * @throws QueryError `execution` when an element has several partners
 */
export function combineVectors(
  operator: BinaryOperator,
  { matching, returnBool }: { matching: Matching; returnBool: boolean },
  left: Vector,
  right: Vector,
): Vector {
  if (left.length === 0 || right.length === 0) return [];
  const key = partnerKey(matching);
  const partners = uniquePartners(right, key);
  const matched = new Set<string>();
  const result: Vector = [];
  for (const { labels, value } of left) {
    const partner = partners.get(key(labels));
    if (partner === undefined) continue;
    const outcome = returnBool
      ? Number(compare(operator, value, partner.value))
      : operate(operator, value, partner.value);
    if (outcome === null) continue;
    if (matched.has(key(labels))) {
      throw queryError(
        'execution',
        'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
      );
    }
    matched.add(key(labels));
    const named = isArithmetic(operator) || returnBool ? withoutName(labels) : labels;
    result.push({ labels: (matching.on ? only : without)(named, matching.labels), value: outcome });
  }
  return result;
}

function uniquePartners(vector: Vector, key: (labels: Labels) => string): Map<string, Vector[number]> {
  const partners = new Map<string, Vector[number]>();
  for (const element of vector) {
    const twin = partners.get(key(element.labels));
    if (twin !== undefined) {
      throw queryError(
        'execution',
        `found duplicate series for the match group on the right hand-side of the operation: [${describeLabels(element.labels)}, ${describeLabels(twin.labels)}];many-to-many matching not allowed: matching labels must be unique on one side`,
      );
    }
    partners.set(key(element.labels), element);
  }
  return partners;
}

/** A vector with a number on either side; a comparison keeps the vector's value, whichever side it is on. */
export function combineWithScalar(
  operator: BinaryOperator,
  returnBool: boolean,
  vector: Vector,
  scalar: { value: number; onLeft: boolean },
): Vector {
  const result: Vector = [];
  for (const { labels, value } of vector) {
    const [left, right] = scalar.onLeft ? [scalar.value, value] : [value, scalar.value];
    if (isArithmetic(operator)) {
      result.push({ labels: withoutName(labels), value: operate(operator, left, right) ?? Number.NaN });
    } else if (returnBool) {
      result.push({ labels: withoutName(labels), value: Number(compare(operator, left, right)) });
    } else if (compare(operator, left, right)) {
      result.push({ labels, value });
    }
  }
  return result;
}
