import type { FindingPlace } from '@lastgood/domain/trigger/finding';

export function placeOf(text: string, from: number, to: number): FindingPlace {
  const lines = text.slice(0, from).split('\n');
  return {
    offset: from,
    line: lines.length,
    column: (lines.at(-1)?.length ?? 0) + 1,
    length: Math.max(0, to - from),
  };
}
