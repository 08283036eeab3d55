import type { Matcher } from '../series-store.ts';

export type AggregateOperator = 'sum' | 'count' | 'min' | 'max' | 'avg';
export type ArithmeticOperator = '+' | '-' | '*' | '/';
export type ComparisonOperator = '==' | '!=' | '>' | '<' | '>=' | '<=';
export type SetOperator = 'and' | 'or' | 'unless';
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator;

export interface Selector {
  kind: 'selector';
  matchers: readonly Matcher[];
  offsetMs: number;
}

export interface RangeSelector {
  kind: 'range';
  selector: Selector;
  rangeMs: number;
}

/** Which labels make two elements partners: those named, or all but those named. */
export interface Matching {
  on: boolean;
  labels: ReadonlySet<string>;
}

/** The part of PromQL that this store evaluates, checked: every argument has the type its place asks for. */
export type Expression =
  | Selector
  | RangeSelector
  | { kind: 'number'; value: number }
  | { kind: 'negate'; operand: Expression }
  | { kind: 'rate'; perSecond: boolean; range: RangeSelector }
  | { kind: 'histogram-quantile'; quantile: Expression; buckets: Expression }
  | {
      kind: 'label-replace';
      operand: Expression;
      target: string;
      replacement: string;
      source: string;
      pattern: RegExp;
    }
  | { kind: 'vector'; operand: Expression }
  | { kind: 'aggregate'; operator: AggregateOperator; grouping: Matching; operand: Expression }
  | {
      kind: 'binary';
      operator: BinaryOperator;
      returnBool: boolean;
      matching: Matching;
      left: Expression;
      right: Expression;
    };

export type ValueType = 'scalar' | 'vector' | 'matrix';

const arithmeticOperators: readonly ArithmeticOperator[] = ['+', '-', '*', '/'];
export const setOperators: readonly SetOperator[] = ['and', 'or', 'unless'];
export const comparisonOperators: readonly ComparisonOperator[] = ['==', '!=', '>', '<', '>=', '<='];

export function isArithmetic(operator: BinaryOperator): operator is ArithmeticOperator {
  return arithmeticOperators.some((known) => known === operator);
}

export function isSetOperator(operator: BinaryOperator): operator is SetOperator {
  return setOperators.some((known) => known === operator);
}

export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'range':
      return 'matrix';
    case 'negate':
      return typeOf(expression.operand);
    case 'binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar'
        ? 'scalar'
        : 'vector';
    default:
      return 'vector';
  }
}
