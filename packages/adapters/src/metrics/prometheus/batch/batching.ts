import { readTemplate, type Template } from '../read-template.ts';
import { type Rewritten, rewrite } from './rewrite.ts';

/** Whether a template is asked for many services at once; where not, why, in a sentence. */
export type Batching = { batched: true } | { batched: false; why: string };

/** For a page: how a query template is asked. */
export function batching(text: string): Batching {
  const template = readTemplate(text);
  if (template.kind === 'unreadable') return { batched: false, why: template.problems.join(' ') };
  const rewritten = rewrittenOf(template);
  return typeof rewritten === 'string' ? { batched: false, why: rewritten } : { batched: true };
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
