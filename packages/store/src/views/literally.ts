/** The text with every sign that LIKE gives a meaning taken as itself. */
export function literally(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
