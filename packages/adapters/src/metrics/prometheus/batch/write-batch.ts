import { escapeValue } from '../escape.ts';
import { fill, type Variables } from '../render.ts';
import { writeLiteral } from '../string-literal.ts';
import type { Dimension } from './dimension.ts';
import type { FilledMatcher } from './filled-matcher.ts';
import type { Rewritten } from './rewrite.ts';

/**
 * The query that answers for all of these names; `names` are the variables of each, equal where the template's fixed literals are.
 *
 * Names stand in their order: Go's parser joins neighbours that begin alike and none further apart, and of names out of order
 * Prometheus spends half as much again on the whole query. https://pkg.go.dev/regexp/syntax#Parse
 */
export function writeBatch({ parts }: Rewritten, names: readonly Variables[]): string {
  const [first = {}] = names;
  const cores = new Map<Dimension, string[]>();
  const coresOf = (dimension: Dimension) => {
    const known =
      cores.get(dimension) ?? [...new Set(names.map((variables) => coreText(dimension, variables)))].sort();
    cores.set(dimension, known);
    return known;
  };
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if (part.kind === 'fixed') return writeLiteral(fill(part.literal, first));
      const { dimension, matcher } = part;
      const anyCore = coresOf(dimension)
        .map((core) => escapeValue(core, 'regex'))
        .join('|');
      if (part.kind === 'any-of') return `=~${writeLiteral(around(matcher, `(?:${anyCore})`))}`;
      // Where one text only is matched, what stands between its ends is the name, whatever names there are.
      return writeLiteral(around(matcher, matcher.exact ? '((?:.|\\n)*)' : `(${anyCore})`));
    })
    .join('');
}

/** What a name is in a dimension: what its placeholders and the text between them say. */
export function coreText({ core }: Dimension, variables: Variables): string {
  let text = '';
  for (const piece of core) text += piece.kind === 'text' ? piece.text : (variables[piece.name] ?? '');
  return text;
}

/** What the label of a dimension says of a name in an answer. */
export function labelValue(dimension: Dimension, variables: Variables): string {
  const core = coreText(dimension, variables);
  const [matcher] = dimension.matchers.values();
  return dimension.natural && matcher ? matcher.before + core + matcher.behind : core;
}

function around({ before, behind, exact }: FilledMatcher, middle: string): string {
  return escapeValue(before, 'regex') + middle + (exact ? escapeValue(behind, 'regex') : behind);
}
