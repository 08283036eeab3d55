import type { IncidentMark } from '@lastgood/api-client';
import { labelRows } from '../incident/label-rows.ts';
import { lookOf } from '../incident/mark-look.ts';
import { releaseName } from '../run/release-names.ts';
import type { Continuation } from './chart-story.ts';

/** An upright line of a chart. `seam`: from here on the readings are those of another deployment. */
export interface ChartLine {
  at: number;
  text: string;
  rank: number;
  kind: IncidentMark['kind'] | 'seam';
}

/** The deployment, the marks and the seams between deployments; of one instant and one kind only one. */
export function chartLines(
  deploy: { at: number; text: string },
  marks: readonly IncidentMark[],
  chain: readonly Continuation[],
): ChartLine[] {
  const lines: ChartLine[] = [
    { ...deploy, rank: 1, kind: 'deploy' },
    ...chain.flatMap(({ readFrom, ...release }): ChartLine[] => {
      const text = `${releaseName(release)} from here`;
      return readFrom === null ? [] : [{ at: readFrom, text, rank: 2, kind: 'seam' }];
    }),
    ...marks.map(({ at, kind }): ChartLine => {
      const { word, rank } = lookOf(kind);
      return { at: Date.parse(at), text: word, rank: rank ?? 9, kind };
    }),
  ];
  return [...new Map(lines.map((line) => [`${line.at} ${line.kind}`, line])).values()];
}

const mostLabelRows = 4;

/** Where the labels of lines within an axis stand above it, for a plot of this width in pixels. */
export function placeLines(
  lines: readonly ChartLine[],
  { from, to, width }: { from: number; to: number; width: number },
): { line: ChartLine; row: number | null; left: number }[] {
  const shown = lines.filter(({ at }) => at >= from && at <= to);
  const x = (at: number) => ((at - from) / Math.max(1, to - from)) * width;
  const placed = labelRows(
    shown.map(({ at, text, rank }) => ({ x: x(at), text, rank })),
    width,
    mostLabelRows,
  );
  return shown.map((line, index) => {
    const label = placed[index];
    return { line, row: label?.row ?? null, left: label ? label.left - x(line.at) : 0 };
  });
}
