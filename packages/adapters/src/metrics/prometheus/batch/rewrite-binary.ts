import type { SyntaxNode } from '@lezer/common';
import { labelsIn, union } from './grouping.ts';
import { compose, named, type Rewriting, settled, textOf } from './rewriting.ts';
import { type Keyed, refuse, type Written } from './written.ts';

interface Side {
  node: SyntaxNode;
  written: Written;
}

/** https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching */
interface Matching {
  kind: 'all' | 'on' | 'ignoring';
  names: string[];
  group: 'none' | 'left' | 'right';
  included: string[];
  clause: SyntaxNode | null;
}

export function rewriteBinary(context: Rewriting, node: SyntaxNode): Written {
  const [first, last] = [node.firstChild, node.lastChild];
  if (!first || !last) return refuse(`${named(context, 'An operation', node)} is not known here.`);
  const left = { node: first, written: settled(context.rewrite(first)) };
  const right = { node: last, written: settled(context.rewrite(last)) };
  const sides = [left, right];
  const asWritten = compose(
    context,
    node,
    sides.map((side) => ({ node: side.node, parts: side.written.parts })),
  );
  const keyed = sides.flatMap(({ written }) => (written.kind === 'keyed' ? [written] : []));
  const [one, other] = keyed;
  if (!one) {
    const isNumber = sides.every(({ written }) => written.kind === 'scalar');
    return { kind: isNumber ? 'scalar' : 'plain', parts: asWritten };
  }
  const matching = matchingOf(context, node);
  if (!other) {
    const isWithNumber = sides.some(({ written }) => written.kind === 'scalar');
    if (!isWithNumber) checkWithPlain(context, node, matching, left);
    return { ...one, parts: asWritten, labels: isWithNumber ? one.labels : null };
  }
  return {
    ...joined(context, node, matching, one, other),
    parts: matched(context, node, matching, left, right),
  };
}

function matchingOf(context: Rewriting, node: SyntaxNode): Matching {
  const clause = node.getChild('MatchingModifierClause');
  const [names = null, included = null] = clause?.getChildren('GroupingLabels') ?? [];
  return {
    kind: clause?.getChild('On') ? 'on' : clause?.getChild('Ignoring') ? 'ignoring' : 'all',
    names: labelsIn(context, names),
    group: clause?.getChild('GroupLeft') ? 'left' : clause?.getChild('GroupRight') ? 'right' : 'none',
    included: labelsIn(context, included),
    clause,
  };
}

/** Whether each series on the left meets the same of the other side as alone, whatever other names are there. */
function checkWithPlain(context: Rewriting, node: SyntaxNode, matching: Matching, left: Side): void {
  const filters = node.getChild('And') !== null || node.getChild('Unless') !== null;
  const free = matching.kind === 'on' && !matching.names.some((name) => context.own.has(name));
  const many = matching.group === 'left' && !matching.included.some((name) => context.own.has(name));
  if (left.written.kind === 'keyed' && free && (filters || many)) return;
  refuse(
    `${named(context, operatorOf(context, node), node)} joins series of a name with series that are the same for all names.`,
  );
}

/** What is left of the labels where series of the same name meet. */
function joined(context: Rewriting, node: SyntaxNode, matching: Matching, left: Keyed, right: Keyed): Keyed {
  const { kind, names, group, included } = matching;
  const shown = named(context, operatorOf(context, node), node);
  if (included.some((name) => context.own.has(name)))
    refuse(`${shown} takes over a label that tells the names apart.`);
  const isOr = node.getChild('Or') !== null;
  for (const label of context.own) {
    const compared = kind === 'all' || (kind === 'on') === names.includes(label);
    if ((compared || isOr) && left.lost.has(label) !== right.lost.has(label))
      refuse(`${shown} joins series that have the label ${label} with series that have lost it.`);
  }
  if (isOr) return { ...left, labels: left.labels && right.labels && union(left.labels, right.labels) };
  if (node.getChild('And') || node.getChild('Unless')) return left;
  if (group !== 'none') return { ...(group === 'left' ? left : right), labels: null };
  if (kind === 'all') return left;
  const gone = [...context.own].filter((label) => (kind === 'on') !== names.includes(label));
  const lost = union(left.lost, gone);
  if (kind === 'on') return { ...left, lost, labels: new Set(names) };
  return {
    ...left,
    lost,
    labels: left.labels && new Set([...left.labels].filter((label) => !names.includes(label))),
  };
}

/** Both sides, matched on the labels that tell names apart too. */
function matched(
  context: Rewriting,
  node: SyntaxNode,
  { clause, kind, names }: Matching,
  left: Side,
  right: Side,
) {
  const parts = (side: Side) => ({ node: side.node, parts: side.written.parts });
  const list = clause?.getChild('GroupingLabels') ?? null;
  if (!clause || !list) return compose(context, node, [parts(left), parts(right)]);
  const anew =
    kind === 'on' ? union(names, context.own, context.added) : names.filter((name) => !context.own.has(name));
  return compose(context, node, [
    parts(left),
    { node: clause, parts: compose(context, clause, [{ node: list, parts: [`(${[...anew].join(', ')})`] }]) },
    parts(right),
  ]);
}

function operatorOf(context: Rewriting, node: SyntaxNode): string {
  const operator = node.firstChild?.nextSibling;
  return operator && operator.name !== 'LineComment' ? textOf(context, operator) : 'An operation';
}
