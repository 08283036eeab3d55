import type { SyntaxNode, Tree } from '@lezer/common';
import { readDurationMs } from './duration.ts';

/**
 * How far into the past a query looks, in milliseconds: the longest range, with the offsets and subqueries around it. A plain
 * selector takes the newest sample, which may be as old as the server's look-back delta: not every series that ends is marked
 * stale (a server that restarted, samples with timestamps of their own, remote write).
 * https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
 */
export function lookBackMs(text: string, tree: Tree, lookbackDeltaMs: number): number {
  return reach(tree.topNode);

  function reach(node: SyntaxNode): number {
    switch (node.name) {
      case 'VectorSelector':
        return lookbackDeltaMs;
      case 'MatrixSelector':
        return duration(node, 'DurationExpr');
      case 'SubqueryExpr':
        return deepest(node) + duration(node, 'DurationExpr');
      case 'OffsetExpr':
        return Math.max(0, deepest(node) + duration(node, 'OffsetDurationExpr'));
      default:
        return deepest(node);
    }
  }

  function deepest(node: SyntaxNode): number {
    let most = 0;
    for (let child = node.firstChild; child; child = child.nextSibling) most = Math.max(most, reach(child));
    return most;
  }

  function duration(node: SyntaxNode, name: string): number {
    const found = node.getChild(name);
    return (found && readDurationMs(text.slice(found.from, found.to))) ?? unknownMs;
  }
}

/** Durations may be computed in the query; one that is not read here is taken to be long. */
const unknownMs = 24 * 60 * 60_000;
