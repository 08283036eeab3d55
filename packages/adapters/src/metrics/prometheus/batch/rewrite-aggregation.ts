import type { SyntaxNode } from '@lezer/common';
import { labelsIn, union } from './grouping.ts';
import { compose, named, type Rewriting, settled, textOf } from './rewriting.ts';
import { type Keyed, type Part, refuse, type Written } from './written.ts';

/**
 * Aggregations whose groups do not meet. Not topk and its like: which of equal ones they take hangs on the order of all.
 * https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
 */
const groupwise = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'stdvar',
  'quantile',
  'count_values',
];

/** `sum(...)` -> `sum by (service) (...)`: every group is of one name. */
export function rewriteAggregation(context: Rewriting, node: SyntaxNode): Written {
  const [operator, body] = [node.getChild('AggregateOp'), node.getChild('FunctionCallBody')];
  if (!operator || !body) return refuse(`${named(context, 'An aggregation', node)} is not known here.`);
  const args: { node: SyntaxNode; written: Written }[] = [];
  for (let child = body.firstChild; child; child = child.nextSibling)
    if (child.name !== 'LineComment') args.push({ node: child, written: settled(context.rewrite(child)) });
  const inner = args.at(-1)?.written;
  const name = textOf(context, operator).toLowerCase();
  const bodyParts = compose(
    context,
    body,
    args.map((one) => ({ node: one.node, parts: one.written.parts })),
  );
  if (inner?.kind !== 'keyed')
    return { kind: 'plain', parts: compose(context, node, [{ node: body, parts: bodyParts }]) };
  if (!groupwise.includes(name))
    return refuse(`${named(context, name, node)} chooses among series, and among equal ones by their order.`);
  const made = name === 'count_values' ? textOf(context, args[0]?.node ?? node).slice(1, -1) : null;
  if (made !== null && (context.own.has(made) || made.includes('\\')))
    return refuse(
      `${named(context, name, node)} writes the label ${made} anew, which tells the names apart.`,
    );
  const { list, lost, labels } = grouped(context, node.getChild('AggregateModifier'), inner);
  return {
    kind: 'keyed',
    parts: [textOf(context, operator), list, ...bodyParts],
    unlabelled: [],
    lost,
    labels: labels && union(labels, made === null ? [] : [made]),
  };
}

/** How groups are made, and what is left of each series' labels. */
function grouped(
  context: Rewriting,
  modifier: SyntaxNode | null,
  inner: Keyed,
): { list: Part; lost: Set<string>; labels: Keyed['labels'] } {
  const names = labelsIn(context, modifier?.getChild('GroupingLabels') ?? null);
  if (modifier?.getChild('Without')) {
    const list = names.filter((name) => !context.own.has(name));
    const gone = names.filter((name) => context.own.has(name));
    return { list: ` without (${list.join(', ')}) `, lost: union(inner.lost, gone), labels: null };
  }
  const list = union(names, context.own, context.added);
  const gone = [...context.own].filter((name) => !names.includes(name));
  return { list: ` by (${[...list].join(', ')}) `, lost: union(inner.lost, gone), labels: new Set(names) };
}
