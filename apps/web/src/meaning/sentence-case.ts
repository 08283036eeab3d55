/** The server's clauses as sentences. Names of triggers keep their spelling. */
export function sentenceCase(text: string): string {
  return /^\w+_/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
