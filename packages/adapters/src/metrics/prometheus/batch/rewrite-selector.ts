import type { SyntaxNode } from '@lezer/common';
import { compose, type Rewriting } from './rewriting.ts';
import type { Part, Written } from './written.ts';

/** `x{service="$SERVICE"}` -> `x{service=~"a|b"}` */
export function rewriteSelector(context: Rewriting, node: SyntaxNode): Written {
  const anew: { node: SyntaxNode; parts: Part[] }[] = [];
  const found: { dimension: Rewriting['dimensions'][number]; matcher: FilledMatcherOf }[] = [];
  for (const matcher of matchersOf(node)) {
    const value = matcher.lastChild;
    if (!value) continue;
    const fixed = context.fixed.get(value.from);
    if (fixed) anew.push({ node: value, parts: [{ kind: 'fixed', literal: fixed }] });
    for (const dimension of context.dimensions) {
      const filled = dimension.matchers.get(value.from);
      if (!filled) continue;
      anew.push({ node: matcher, parts: [filled.label, { kind: 'any-of', dimension, matcher: filled }] });
      found.push({ dimension, matcher: filled });
    }
  }
  const parts = compose(context, node, anew);
  if (found.length === 0) return { kind: 'plain', parts };
  const unlabelled = found.filter(({ dimension }) => !dimension.natural);
  return { kind: 'keyed', parts, unlabelled, lost: new Set(), labels: null };
}

type FilledMatcherOf = NonNullable<ReturnType<Rewriting['dimensions'][number]['matchers']['get']>>;

function matchersOf(selector: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const first = selector.getChild('LabelMatchers')?.firstChild ?? null;
  for (let child = first; child; child = child.nextSibling)
    if (child.name.endsWith('LabelMatcher')) found.push(child);
  return found;
}
