import { cutAtPlaceholders } from './placeholder.ts';
import { mostProblems, nameInWords, readTemplate } from './read-template.ts';

/** What is wrong with a template, in words that say what to change; empty when it can be saved. */
export function lint(template: string, knownVariables: readonly string[]): string[] {
  const read = readTemplate(template);
  return [
    ...unknownVariables(template, knownVariables),
    ...(read.kind === 'unreadable' ? read.problems : []),
  ];
}

function unknownVariables(template: string, known: readonly string[]): string[] {
  const names = cutAtPlaceholders(template).flatMap((piece) =>
    piece.kind === 'placeholder' ? [piece.name] : [],
  );
  const choice = known.map((each) => `$${each}`).join(', ');
  return [...new Set(names)]
    .filter((name) => !known.includes(name))
    .slice(0, mostProblems)
    .map((name) => `$${nameInWords(name)} is not a variable: use one of ${choice}.`);
}
