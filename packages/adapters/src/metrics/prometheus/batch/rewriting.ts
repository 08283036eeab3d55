import type { SyntaxNode } from '@lezer/common';
import { place } from '../place.ts';
import type { FillableLiteral } from '../read-template.ts';
import { writeLiteral } from '../string-literal.ts';
import type { Dimension } from './dimension.ts';
import type { Part, Written } from './written.ts';

/** What every rule is given: the template's text, what its batches differ in, and how to go on. */
export interface Rewriting {
  text: string;
  dimensions: readonly Dimension[];
  /** Literals that are the same for all of a batch, by their offset. */
  fixed: ReadonlyMap<number, FillableLiteral>;
  /** Labels of the dimensions that series bear by themselves. */
  own: ReadonlySet<string>;
  /** Labels of the dimensions that are ours. */
  added: readonly string[];
  rewrite(node: SyntaxNode): Written;
}

export function textOf({ text }: Rewriting, { from, to }: SyntaxNode): string {
  return text.slice(from, to);
}

/** The text of a node as it was written, but for the children that are given anew. */
export function compose(
  { text }: Rewriting,
  node: SyntaxNode,
  anew: readonly { node: SyntaxNode; parts: readonly Part[] }[],
): Part[] {
  const parts: Part[] = [];
  let end = node.from;
  for (const one of anew) {
    parts.push(text.slice(end, one.node.from), ...one.parts);
    end = one.node.to;
  }
  return [...parts, text.slice(end, node.to)];
}

/** "rate at line 1, column 5" */
export function named(context: Rewriting, what: string, node: SyntaxNode): string {
  return `${what} at ${place(context.text, node.from)}`;
}

/** An instant vector whose names are all told apart by labels, those included that are added. */
export function settled(written: Written): Written {
  if (written.kind !== 'keyed' || written.unlabelled.length === 0) return written;
  let { parts } = written;
  for (const { dimension, matcher } of written.unlabelled) {
    const [label, source] = [writeLiteral(dimension.label), writeLiteral(matcher.label)];
    parts = [
      'label_replace(',
      ...parts,
      `, ${label}, "$1", ${source}, `,
      { kind: 'capture', dimension, matcher },
      ')',
    ];
  }
  return { ...written, parts, unlabelled: [] };
}
