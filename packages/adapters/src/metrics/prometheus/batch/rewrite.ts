import type { SyntaxNode } from '@lezer/common';
import type { Template } from '../read-template.ts';
import { type Dimension, dimensionsOf } from './dimension.ts';
import { constantOf } from './otherwise.ts';
import { rewriteAggregation } from './rewrite-aggregation.ts';
import { rewriteBinary } from './rewrite-binary.ts';
import { rewriteCall } from './rewrite-call.ts';
import { rewriteSelector } from './rewrite-selector.ts';
import { compose, named, type Rewriting, settled, textOf } from './rewriting.ts';
import { type Keyed, NotBatched, type Part, refuse, type Written } from './written.ts';

/** A template as it is asked for many names at once. */
export interface Rewritten {
  dimensions: readonly Dimension[];
  parts: readonly Part[];
  /** Labels of the answer that the single query's has not. */
  added: ReadonlySet<string>;
  /**
   * What is answered for a name without series: the number of a last `or vector(0)`. It is asked for too, and its series bears no
   * label: where that is not in the answer, nobody has evaluated the query, and silence is no number.
   */
  otherwise: string | null;
  /** Labels that the single query's series can have and no others; null when nobody knows. */
  labels: ReadonlySet<string> | null;
  /** Why it is not asked for many over a range of time, where it is not. */
  notOverRange: string | null;
}

/** @returns why a template is not batched, where it is not */
export function rewrite(template: Template): Rewritten | string {
  const found = dimensionsOf(template);
  if (found.kind === 'none') return found.why;
  const { dimensions, fixed } = found;
  const context: Rewriting = {
    text: template.text,
    dimensions,
    fixed: new Map(fixed.map((literal) => [literal.from, literal])),
    own: new Set(dimensions.flatMap(({ natural, label }) => (natural ? [label] : []))),
    added: dimensions.flatMap(({ natural, label }) => (natural ? [] : [label])),
    rewrite: (node) => rewriteNode(context, node),
  };
  try {
    const { body, otherwise, labelledInside } = rewriteTop(
      context,
      operandOf(context, template.tree.topNode),
    );
    return {
      dimensions,
      parts: otherwise === null ? body.parts : [...body.parts, ` or vector(${otherwise})`],
      added: new Set([...body.lost, ...context.added]),
      otherwise,
      labels: body.labels,
      notOverRange: labelledInside ? inAnyOrder : null,
    };
  } catch (error) {
    if (error instanceof NotBatched) return error.message;
    throw error;
  }
}

/** As for a subquery: over a range of time a sum of what label_replace answers may differ in its last bit. */
const inAnyOrder =
  'Over a range of time Prometheus adds up series that are told apart by a part of a label in any order.';

interface RewrittenTop {
  body: Keyed;
  otherwise: string | null;
  /** Whether labels were added before something was joined or added up. */
  labelledInside: boolean;
}

/** A last `or vector(0)` is nobody's series: what it answers for a name without others is known here. */
function rewriteTop(context: Rewriting, top: SyntaxNode): RewrittenTop {
  const last = constantOf(context, top);
  const unsettled = context.rewrite(last?.before ?? top);
  const written = settled(unsettled);
  if (written.kind !== 'keyed') return refuse('Its answer is not the series of one name.');
  if (last && !last.everyLabel && written.labels?.size !== 0)
    return refuse(
      `${named(context, 'or vector(...)', top)} adds a series to those that have labels: write or on() vector(...).`,
    );
  const labelledInside = unsettled.kind === 'keyed' && context.added.length > unsettled.unlabelled.length;
  return { body: written, otherwise: last?.value ?? null, labelledInside };
}

function rewriteNode(context: Rewriting, node: SyntaxNode): Written {
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { kind: 'scalar', parts: [textOf(context, node)] };
    case 'StringLiteral':
      return { kind: 'text', parts: [textOf(context, node)] };
    case 'VectorSelector':
      return rewriteSelector(context, node);
    case 'MatrixSelector':
    case 'ParenExpr':
      return rewriteAround(context, node, false);
    case 'OffsetExpr':
    case 'StepInvariantExpr':
      return rewriteAround(context, signedLater(context, node), false);
    case 'UnaryExpr':
      return rewriteAround(context, node, true);
    case 'SubqueryExpr':
      return rewriteSubquery(context, node);
    case 'AggregateExpr':
      return rewriteAggregation(context, node);
    case 'FunctionCall':
      return rewriteCall(context, node);
    case 'BinaryExpr':
      return rewriteBinary(context, node);
    default:
      return refuse(`${named(context, node.name, node)} is not known here.`);
  }
}

/** Brackets, a range, an offset, a sign: what they are around is the same series. */
function rewriteAround(context: Rewriting, node: SyntaxNode, settles: boolean): Written {
  const operand = operandOf(context, node);
  const inner = context.rewrite(operand);
  const written = settles ? settled(inner) : inner;
  return { ...written, parts: compose(context, node, [{ node: operand, parts: written.parts }]) };
}

/**
 * Over a range, what label_replace answers comes in any order, and floats are added up in it: a sum inside a subquery may differ in
 * its last bit. So labels are added outside, to what a function makes of the subquery.
 */
function rewriteSubquery(context: Rewriting, node: SyntaxNode): Written {
  const written = rewriteAround(context, node, false);
  if (written.kind === 'keyed' && context.added.length > written.unlabelled.length)
    refuse(
      `${named(context, 'A subquery', node)} joins series that are told apart by a part of a label, and adds them up in any order.`,
    );
  return written;
}

function operandOf(context: Rewriting, node: SyntaxNode): SyntaxNode {
  let child = node.firstChild;
  while (child && ['LineComment', 'UnaryOp'].includes(child.name)) child = child.nextSibling;
  return child ?? refuse(`${named(context, 'Nothing', node)} is not known here.`);
}

/** Grammars do not agree whether a sign or an offset comes first. */
function signedLater(context: Rewriting, node: SyntaxNode): SyntaxNode {
  if (operandOf(context, node).name === 'UnaryExpr')
    refuse(
      `${named(context, 'A sign before an offset or @', node)} is read in two ways: write 0 - ... instead.`,
    );
  return node;
}
