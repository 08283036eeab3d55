import type { Question } from '../../question.ts';
import { triggerVariables } from '../../trigger-frame.ts';

const placeholder = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/** The names of the placeholders in a text. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(placeholder)].map(([, braced, plain]) => braced ?? plain ?? '');
}

export function unknownPlaceholder(text: string): string | null {
  return placeholdersIn(text).find((name) => !Object.hasOwn(triggerVariables, name)) ?? null;
}

/** A label is compared as a whole, so what is filled in needs no escape. What is not known stays as it is. */
export function filled(text: string, variables: Question['variables']): string {
  return text.replace(placeholder, (written: string, braced?: string, plain?: string) => {
    return variables[braced ?? plain ?? ''] || written;
  });
}
