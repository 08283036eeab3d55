import type { SyntaxNode } from '@lezer/common';
import { type Quote, unescapeInside } from '../string-literal.ts';
import { compose, named, type Rewriting, settled, textOf } from './rewriting.ts';
import { type Keyed, refuse, type Written } from './written.ts';

/**
 * Functions that answer for each series one with the same labels but the metric's name, from that series alone.
 * https://prometheus.io/docs/prometheus/latest/querying/functions/
 */
const eachSeries = new Set([
  ...['abs', 'acos', 'acosh', 'asin', 'asinh', 'atan', 'atanh', 'cos', 'cosh', 'sin', 'sinh', 'tan', 'tanh'],
  ...[
    'ceil',
    'clamp',
    'clamp_max',
    'clamp_min',
    'deg',
    'exp',
    'floor',
    'ln',
    'log10',
    'log2',
    'rad',
    'round',
  ],
  ...['sgn', 'sqrt', 'timestamp', 'minute', 'hour', 'day_of_month', 'day_of_week', 'day_of_year'],
  ...['days_in_month', 'month', 'year', 'changes', 'delta', 'deriv', 'holt_winters', 'idelta', 'increase'],
  ...['irate', 'predict_linear', 'rate', 'resets', 'avg_over_time', 'count_over_time', 'last_over_time'],
  ...['max_over_time', 'min_over_time', 'present_over_time', 'quantile_over_time', 'stddev_over_time'],
  ...['stdvar_over_time', 'sum_over_time', 'histogram_count', 'histogram_sum', 'histogram_fraction'],
]);

const answersNumber = new Set(['scalar', 'time', 'pi']);

/** Why functions are not batched that others could expect to be. */
const refused: Record<string, string> = {
  absent: 'answers what is not there, and of many names nobody says which',
  absent_over_time: 'answers what is not there, and of many names nobody says which',
  scalar: 'makes one number of a series, and of many names it would make none',
};

interface Argument {
  node: SyntaxNode;
  written: Written;
}

export function rewriteCall(context: Rewriting, node: SyntaxNode): Written {
  const [identifier, body] = [node.getChild('FunctionIdentifier'), node.getChild('FunctionCallBody')];
  if (!identifier || !body) return refuse(`${named(context, 'A call', node)} is not known here.`);
  const name = textOf(context, identifier);
  const args: Argument[] = [];
  for (let child = body.firstChild; child; child = child.nextSibling)
    if (child.name !== 'LineComment') args.push({ node: child, written: context.rewrite(child) });
  const written = (settles: boolean) => {
    const anew = args.map((one) => ({
      node: one.node,
      parts: (settles ? settled(one.written) : one.written).parts,
    }));
    return compose(context, node, [{ node: body, parts: compose(context, body, anew) }]);
  };
  const keyed = args.flatMap((one) => (one.written.kind === 'keyed' ? [one.written] : []));
  const [inner] = keyed;
  if (!inner) return { kind: answersNumber.has(name) ? 'scalar' : 'plain', parts: written(false) };
  if (keyed.length > 1) return refuse(`${named(context, name, node)} has two series of a name.`);
  // What is added to a range is added to what a function makes of it.
  if (eachSeries.has(name)) return { ...inner, parts: written(false) };
  if (name === 'histogram_quantile') {
    const labels = inner.labels && new Set([...inner.labels].filter((label) => label !== 'le'));
    return { ...inner, unlabelled: [], parts: written(true), labels };
  }
  if (name === 'label_replace' || name === 'label_join')
    return { ...relabelled(context, name, node, args, inner), unlabelled: [], parts: written(true) };
  return refuse(
    `${named(context, name, node)} ${refused[name] ?? 'is not known to answer each name by itself'}.`,
  );
}

/** Labels that tell names apart are neither read nor written: where the single query has lost them they are not there. */
function relabelled(
  context: Rewriting,
  name: string,
  node: SyntaxNode,
  args: Argument[],
  inner: Keyed,
): Keyed {
  const places =
    name === 'label_replace'
      ? args.slice(1, 4).filter((_, index) => index !== 1)
      : args.filter((_, index) => index === 1 || index > 2);
  for (const { node: literal } of places) {
    const source = textOf(context, literal);
    const label = unescapeInside(source.slice(1, -1), source[0] as Quote);
    if (literal.name !== 'StringLiteral' || label === null || context.own.has(label))
      refuse(`${named(context, name, node)} uses the label ${label ?? source}, which tells the names apart.`);
  }
  return { ...inner, labels: null };
}
