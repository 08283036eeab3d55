import type { SyntaxNode, Tree } from '@lezer/common';

/** A query and what the grammar reads in it. */
export interface ParsedQuery {
  text: string;
  tree: Tree;
}

/**
 * Whether a rendered query is its template but for the literals that were filled: the same nodes in the same nesting,
 * the same text in and between them, and no error. `filledAt` holds the offsets in the template of the filled literals.
 */
export function sameTree(
  template: ParsedQuery,
  rendered: ParsedQuery,
  filledAt: ReadonlySet<number>,
): boolean {
  return sameNode(template.tree.topNode, rendered.tree.topNode);

  function sameNode(a: SyntaxNode, b: SyntaxNode): boolean {
    if (a.name !== b.name || a.type.isError || b.type.isError) return false;
    if (a.name === 'StringLiteral' && filledAt.has(a.from)) return true;
    let [endOfA, endOfB] = [a.from, b.from];
    let [childOfA, childOfB] = [a.firstChild, b.firstChild];
    while (childOfA !== null && childOfB !== null) {
      if (!sameText(endOfA, childOfA.from, endOfB, childOfB.from)) return false;
      if (!sameNode(childOfA, childOfB)) return false;
      [endOfA, endOfB] = [childOfA.to, childOfB.to];
      [childOfA, childOfB] = [childOfA.nextSibling, childOfB.nextSibling];
    }
    return childOfA === null && childOfB === null && sameText(endOfA, a.to, endOfB, b.to);
  }

  // Brackets and commas are no nodes of their own: they are the text between nodes.
  function sameText(fromA: number, toA: number, fromB: number, toB: number): boolean {
    return template.text.slice(fromA, toA) === rendered.text.slice(fromB, toB);
  }
}
