import { UsageError } from './usage-error.ts';

/** The words of a command line, as many as the command takes. An empty one is a variable of a script that was not set. */
export function oneWord(words: readonly string[], name: string): string {
  const [word, ...more] = words;
  if (word === undefined || word === '') throw new UsageError(`${name} is missing`);
  refuseMore(more);
  return word;
}

export function optionalWord(words: readonly string[], name: string): string | null {
  return words.length === 0 ? null : oneWord(words, name);
}

export function someWords(words: readonly string[], name: string): readonly string[] {
  if (words.length === 0 || words.includes('')) throw new UsageError(`${name} is missing`);
  return words;
}

export function noWords(words: readonly string[]): void {
  refuseMore(words);
}

/** The value of an option a command cannot do without. */
export function required(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw new UsageError(`--${option} is missing`);
  return value;
}

/** Ids become part of an address: what a person typed must not become another one. */
export function pathPart(id: string): string {
  // encodeURIComponent leaves dots alone, and an address resolves them away.
  if (/^\.{1,2}$/.test(id)) throw new UsageError(`"${id}" is not an id`);
  return encodeURIComponent(id);
}

function refuseMore([first]: readonly string[]): void {
  if (first !== undefined) throw new UsageError(`"${first}" is one word too many`);
}
