const metacharacter = /[\\.+*?()|[\]{}^$]/;

/** Whether a regular expression matches its own text and nothing else. */
export function isLiteralRegex(source: string): boolean {
  return !metacharacter.test(source);
}

/**
 * Why `(?:a|b)` before this regular expression would not mean the same as each of `a` and `b` before it; null when it does. By
 * itself concatenation distributes over alternation, so only what is not one operand of it is refused: an alternative at the top, a
 * bracket of before, and flags, which may be meant for what stands before.
 */
export function tailProblem(tail: string): string | null {
  let depth = 0;
  for (let at = 0; at < tail.length; at += 1) {
    const character = tail[at];
    if (character === '\\') at += 1;
    else if (character === '[') at = endOfClass(tail, at);
    else if (character === '(') {
      if (tail[at + 1] === '?' && tail[at + 2] !== ':') return 'sets flags or names a group behind its name';
      depth += 1;
    } else if (character === ')') depth -= 1;
    else if (character === '|' && depth === 0) return 'has alternatives that stand beside its name';
    if (depth < 0) return 'has its name inside brackets';
  }
  return depth === 0 ? null : 'has its name inside brackets';
}

/** The plain text that every match of a regular expression begins with, as far as it is plainly seen. */
export function leadOf(tail: string): string {
  const end = tail.search(metacharacter);
  if (end === -1) return tail;
  // A repetition is of the character before it.
  return tail.slice(0, '*+?{'.includes(tail[end] ?? '') ? Math.max(0, end - 1) : end);
}

/** The place of the `]` of a character class; a `]` that comes first is an ordinary character. */
function endOfClass(tail: string, from: number): number {
  let at = from + (tail[from + 1] === '^' ? 2 : 1);
  if (tail[at] === ']') at += 1;
  for (; at < tail.length && tail[at] !== ']'; at += 1) {
    const named = /^\[:\^?[a-z]+:\]/.exec(tail.slice(at, at + 16));
    if (named) at += named[0].length - 1;
    else if (tail[at] === '\\') at += 1;
  }
  return at;
}
