/** A text cut at its placeholders. */
export type Piece = { kind: 'text'; text: string } | { kind: 'placeholder'; name: string; from: number };

// `$NAME` and `${NAME}`. `$1`, `$$` and a `$` before anything else belong to PromQL (label_replace, regex anchors).
const placeholderPattern = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/** Cuts a text at every placeholder; `from` is counted from `offset`. */
export function cutAtPlaceholders(text: string, offset = 0): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(placeholderPattern)) {
    if (match.index > end) pieces.push({ kind: 'text', text: text.slice(end, match.index) });
    pieces.push({ kind: 'placeholder', name: match[1] ?? match[2] ?? '', from: offset + match.index });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) });
  return pieces;
}
