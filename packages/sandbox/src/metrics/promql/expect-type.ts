import { type Expression, typeOf, type ValueType } from './expression.ts';
import type { Syntax } from './syntax.ts';

const typeNames: Record<ValueType, string> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
};

/** @throws QueryError where the expression's type is not the one its place asks for */
export function expectType(
  expression: Expression,
  expected: ValueType,
  place: string,
  node: Syntax,
): Expression {
  const actual = typeOf(expression);
  if (actual === expected) return expression;
  throw node.error(`expected type ${typeNames[expected]} in ${place}, got ${typeNames[actual]}`);
}
