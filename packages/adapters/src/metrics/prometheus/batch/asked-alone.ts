import { readTemplate, type Template } from '../read-template.ts';
import { type Rewritten, rewrite } from './rewrite.ts';

/** Why a template is asked for each service by itself, in a sentence for a page; null when it is asked for many at once. */
export function whyAskedAlone(text: string, over: 'instant' | 'range' = 'instant'): string | null {
  const template = readTemplate(text);
  if (template.kind === 'unreadable') return template.problems.join(' ');
  const rewritten = rewrittenOf(template);
  if (typeof rewritten === 'string') return rewritten;
  return over === 'range' ? rewritten.notOverRange : null;
}

/** Every slot asks the same templates. */
const known = new WeakMap<Template, Rewritten | string>();

/** How a template is asked for many names; why it is not, where it is not. */
export function rewrittenOf(template: Template): Rewritten | string {
  const before = known.get(template);
  if (before !== undefined) return before;
  const rewritten = rewrite(template);
  known.set(template, rewritten);
  return rewritten;
}
