/** The server's clauses as sentences. Names of triggers and versions keep their spelling: `high_error_rate`, `v42-errors`. */
export function sentenceCase(text: string): string {
  return /^[a-z]+(?![\w-])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
