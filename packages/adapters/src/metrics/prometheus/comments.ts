import type { SyntaxNode } from '@lezer/common';
import { parseWhole } from './parse-query.ts';

/** The children that mean something: comments may stand between any two. */
export function meaningfulChildren(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== 'LineComment') found.push(child);
  return found;
}

/** The same query with blanks for its comments, so that every place stays what it is. */
export function blankComments(text: string): string {
  const tree = parseWhole(text);
  if (typeof tree === 'number') return text;
  let blanked = text;
  tree.iterate({
    enter({ name, from, to }) {
      if (name !== 'LineComment') return;
      blanked = blanked.slice(0, from) + ' '.repeat(to - from) + blanked.slice(to);
    },
  });
  return blanked;
}
