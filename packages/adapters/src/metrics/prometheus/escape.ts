/** What a string literal is compared with: `=` and `!=` take it as it is, `=~` and `!~` as a regular expression. */
export type LiteralUse = 'exact' | 'regex';

// The metacharacters of Go's regexp.QuoteMeta: https://pkg.go.dev/regexp#QuoteMeta
const metacharacters = /[\\.+*?()|[\]{}^$]/g;

/** A value as it must stand in the text of a literal, before the literal itself is quoted. */
export function escapeValue(value: string, use: LiteralUse): string {
  // A function as replacement: a string would give `$'` and `$&` inside it a meaning of their own.
  return use === 'exact' ? value : value.replaceAll(metacharacters, (character) => `\\${character}`);
}
