import type { Piece } from './placeholder.ts';

/** Where a scan through a regular expression stands. */
interface Scan {
  /** Inside `[...]`; `fresh` while a `]` would still be an ordinary character. */
  characterClass: 'none' | 'fresh' | 'open';
  /** Inside `{...}`. */
  braces: boolean;
  /** Between `(?` and the `:`, `>` or `)` that ends the group's head. */
  groupHead: boolean;
}

// An escape whose end would be taken from the value: `\`, `\x4`, `\p`, `\12`.
const openEscape = /(?<!\\)(?:\\\\)*\\(?:[pPx]|x[0-9a-fA-F]|[0-7]{1,2})?$/;

/**
 * Why a placeholder cannot stand where it does in a regular expression; null when every one stands where a literal
 * may. Syntax: https://github.com/google/re2/wiki/Syntax
 */
export function regexPositionProblem(pieces: readonly Piece[]): string | null {
  const scan: Scan = { characterClass: 'none', braces: false, groupHead: false };
  for (const [index, piece] of pieces.entries()) {
    if (piece.kind === 'text') {
      if (!advance(scan, piece.text))
        return 'stands in a regular expression with \\Q: write the metacharacters escaped';
      continue;
    }
    const before = pieces[index - 1];
    const after = pieces[index + 1];
    if (scan.characterClass !== 'none')
      return 'stands in a character class [...]: move it outside the brackets';
    if (scan.braces) return 'stands in a repetition {...}: write the number out';
    if (scan.groupHead) return 'stands in the head of a group (?...: move it behind the head';
    if (before?.kind === 'text' && openEscape.test(before.text))
      return 'stands right after a backslash: remove the backslash';
    if (after?.kind === 'text' && /^[*+?{]/.test(after.text)) {
      return 'is followed by a repetition, which would repeat only its last character: put it in parentheses first';
    }
  }
  return null;
}

/** Moves the scan over a text; false at `\Q`, whose end a value could move. */
function advance(scan: Scan, text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') {
      if (text[at + 1] === 'Q') return false;
      at += 1;
      if (scan.characterClass === 'fresh') scan.characterClass = 'open';
    } else if (scan.characterClass !== 'none') {
      at = advanceInClass(scan, text, at);
    } else if (character === '[') {
      scan.characterClass = 'fresh';
      if (text[at + 1] === '^') at += 1;
    } else if (character === '{') scan.braces = true;
    else if (character === '}') scan.braces = false;
    else if (character === '(') scan.groupHead = text[at + 1] === '?';
    else if (character === ':' || character === '>' || character === ')') scan.groupHead = false;
  }
  return true;
}

function advanceInClass(scan: Scan, text: string, at: number): number {
  const named = /^\[:\^?[a-z]+:\]/.exec(text.slice(at, at + 16));
  if (text[at] === ']' && scan.characterClass === 'open') scan.characterClass = 'none';
  else scan.characterClass = 'open';
  return named === null ? at : at + named[0].length - 1;
}
