import type { SyntaxNode } from '@lezer/common';
import { named, type Rewriting, textOf } from './rewriting.ts';
import { refuse } from './written.ts';

/** The names in the brackets behind `by`, `without`, `on`, `ignoring`, `group_left`. */
export function labelsIn(context: Rewriting, list: SyntaxNode | null): string[] {
  const names: string[] = [];
  for (let child = list?.firstChild ?? null; child; child = child.nextSibling) {
    if (child.name === 'LineComment') continue;
    if (child.name !== 'LabelName')
      refuse(`${named(context, 'A label name in quotes', child)} is not known here.`);
    names.push(textOf(context, child));
  }
  return names;
}

export function union(...sets: Iterable<string>[]): Set<string> {
  return new Set(sets.flatMap((each) => [...each]));
}
