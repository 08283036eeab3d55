import { reviewForm } from './review/review-form.ts';

/** What is wrong with a template, in words that say what to change; empty when it can be saved. */
export function lint(template: string, knownVariables: readonly string[]): string[] {
  const errors = reviewForm(template, knownVariables).filter(({ severity }) => severity === 'error');
  return [...new Set(errors.map(({ message }) => message))];
}
