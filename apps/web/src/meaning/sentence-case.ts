/** The server's clauses as sentences. Names of triggers, versions and images, which a digit or a sign gives away, keep their spelling. */
export function sentenceCase(text: string): string {
  return /^\S*[\d_/]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
