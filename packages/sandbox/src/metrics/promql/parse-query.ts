import { expectType } from './expect-type.ts';
import type { AggregateOperator, BinaryOperator, Expression, Matching } from './expression.ts';
import { comparisonOperators, isArithmetic, isSetOperator, setOperators, typeOf } from './expression.ts';
import { parseNumber } from './literals.ts';
import { parseCall } from './parse-call.ts';
import { parseOffset, parseRange, parseSelector } from './parse-selector.ts';
import { unsupported } from './query-error.ts';
import { parseSyntax, type Syntax } from './syntax.ts';

/**
 * Reads a query into the part of PromQL this store evaluates.
 * @throws QueryError `bad_data`: not PromQL, wrongly typed, or unsupported here
 */
export function parseQuery(query: string): Expression {
  return parseExpression(parseSyntax(query));
}

function parseExpression(node: Syntax): Expression {
  switch (node.name) {
    case 'VectorSelector':
      return parseSelector(node);
    case 'MatrixSelector':
      return parseRange(node);
    case 'OffsetExpr':
      return parseOffset(node);
    case 'NumberDurationLiteral':
      return { kind: 'number', value: parseNumber(node.text.replaceAll(/\s/g, '')) };
    case 'ParenExpr':
      return parseExpression(firstChild(node));
    case 'UnaryExpr':
      return parseUnary(node);
    case 'AggregateExpr':
      return parseAggregate(node);
    case 'BinaryExpr':
      return parseBinary(node);
    case 'FunctionCall':
      return parseCall(node, parseExpression);
    default:
      throw unsupported(`${node.text} (${node.name})`);
  }
}

function firstChild(node: Syntax): Syntax {
  const child = node.children[0];
  if (child === undefined) throw node.error('incomplete expression');
  return child;
}

function parseUnary(node: Syntax): Expression {
  const operandNode = node.children[1];
  if (operandNode === undefined) throw node.error('incomplete expression');
  const operand = parseExpression(operandNode);
  if (typeOf(operand) === 'matrix') {
    throw node.error(
      'unary expression only allowed on expressions of type scalar or instant vector, got "range vector"',
    );
  }
  return firstChild(node).text === '-' ? { kind: 'negate', operand } : operand;
}

const aggregateOperators: readonly AggregateOperator[] = ['sum', 'count', 'min', 'max', 'avg'];

function parseAggregate(node: Syntax): Expression {
  const word = firstChild(node).text.toLowerCase();
  const operator = aggregateOperators.find((known) => known === word);
  if (operator === undefined) throw unsupported(`the aggregation ${word}`);
  const body = node.children.find((child) => child.name === 'FunctionCallBody');
  const [argument, ...more] = body?.children ?? [];
  if (argument === undefined || more.length > 0) {
    throw node.error(
      `wrong number of arguments for aggregate expression provided, expected 1, got ${body?.children.length ?? 0}`,
    );
  }
  const modifier = node.children.find((child) => child.name === 'AggregateModifier');
  const grouping: Matching = {
    on: modifier?.children[0]?.name !== 'Without',
    labels: groupingLabels(modifier),
  };
  const operand = expectType(parseExpression(argument), 'vector', 'aggregation expression', argument);
  return { kind: 'aggregate', operator, grouping, operand };
}

function groupingLabels(parent: Syntax | undefined): ReadonlySet<string> {
  const list = parent?.children.find((child) => child.name === 'GroupingLabels');
  const quoted = list?.children.find((child) => child.name !== 'LabelName');
  if (quoted !== undefined) throw unsupported(`the label name ${quoted.text}`);
  return new Set(list?.children.map((child) => child.text));
}

function parseBinary(node: Syntax): Expression {
  const [leftNode, operatorNode, ...rest] = node.children;
  const rightNode = rest.pop();
  if (!leftNode || !operatorNode || !rightNode) throw node.error('incomplete expression');
  const operator = readOperator(operatorNode);
  const left = parseExpression(leftNode);
  const right = parseExpression(rightNode);
  for (const [operand, place] of [[left, leftNode] as const, [right, rightNode] as const]) {
    if (typeOf(operand) === 'matrix')
      throw place.error('binary expression must contain only scalar and instant vector types');
  }
  const returnBool = rest.some((modifier) => modifier.name === 'BoolModifier');
  const bothVectors = typeOf(left) === 'vector' && typeOf(right) === 'vector';
  const bothScalars = typeOf(left) === 'scalar' && typeOf(right) === 'scalar';
  const comparison = !isArithmetic(operator) && !isSetOperator(operator);
  if (returnBool && !comparison) throw node.error('bool modifier can only be used on comparison operators');
  if (comparison && bothScalars && !returnBool)
    throw node.error('comparisons between scalars must use BOOL modifier');
  if (isSetOperator(operator) && !bothVectors) {
    throw node.error(`set operator ${JSON.stringify(operator)} not allowed in binary scalar expression`);
  }
  return {
    kind: 'binary',
    operator,
    returnBool,
    matching: readMatching(rest, bothVectors, node),
    left,
    right,
  };
}

function readOperator(node: Syntax): BinaryOperator {
  const word = node.text.toLowerCase();
  const known = [...comparisonOperators, ...setOperators].find((operator) => operator === word);
  if (known !== undefined) return known;
  if (word === '+' || word === '-' || word === '*' || word === '/') return word;
  throw unsupported(`the operator ${node.text}`);
}

function readMatching(modifiers: readonly Syntax[], bothVectors: boolean, node: Syntax): Matching {
  const stranger = modifiers.find(
    (modifier) => !['BoolModifier', 'MatchingModifierClause'].includes(modifier.name),
  );
  if (stranger !== undefined) throw unsupported(stranger.text);
  const clause = modifiers.find((modifier) => modifier.name === 'MatchingModifierClause');
  if (clause === undefined) return { on: false, labels: new Set() };
  if (clause.children.some((child) => child.name === 'GroupLeft' || child.name === 'GroupRight')) {
    throw unsupported('group_left and group_right');
  }
  const labels = groupingLabels(clause);
  if (!bothVectors && labels.size > 0)
    throw node.error('vector matching only allowed between instant vectors');
  return { on: clause.children[0]?.name === 'On', labels };
}
