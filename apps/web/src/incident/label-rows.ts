/** A label that belongs to a place of the axis. */
export interface LabelAt {
  x: number;
  text: string;
  /** Who has its place first: the lower. */
  rank: number;
}

export interface PlacedLabel {
  /** Counted from the line upwards. */
  row: number;
  /** Left edge of its text. */
  left: number;
}

const letter = 6.3;
const space = 8;

/** About how wide a text of 11 pixels is. */
export const textWidth = (text: string): number => text.length * letter;

/**
 * Where labels stand so that none covers another: beside their place, to the right where there is room, in the lowest free row; null
 * where no row of `rows` is free. In the order given.
 */
export function labelRows(labels: readonly LabelAt[], width: number, rows: number): (PlacedLabel | null)[] {
  const taken: { from: number; to: number }[][] = Array.from({ length: rows }, () => []);
  const placed = new Map<LabelAt, PlacedLabel>();
  for (const label of labels.toSorted((a, b) => a.rank - b.rank || a.x - b.x)) {
    const wide = textWidth(label.text);
    const sides = [label.x + 4, label.x - 4 - wide].filter((left) => left >= 0 && left + wide <= width);
    for (const [row, others] of taken.entries()) {
      const left = sides.find((from) => others.every((one) => from >= one.to || from + wide <= one.from));
      if (left === undefined) continue;
      others.push({ from: left - space, to: left + wide + space });
      placed.set(label, { row, left });
      break;
    }
  }
  return labels.map((label) => placed.get(label) ?? null);
}
