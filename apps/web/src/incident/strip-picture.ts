import type { IncidentView } from '@lastgood/api-client';
import { clockSeconds } from '../time/moment.ts';
import { type Axis, type LanePicture, lanePicture, words } from './lane-picture.ts';
import type { Picture, Shape } from './shapes.ts';
import { timeTicks } from './time-ticks.ts';

export interface StripPicture extends Picture {
  lanes: LanePicture[];
  /** Where it is now, or where it ended. */
  nowX: number;
}

interface StripOptions {
  width: number;
  /** Epoch ms: the right edge while it lasts. */
  now: number;
  /** Absent: the viewer's. */
  timeZone?: string;
  /** Whether each lane's title is drawn; a page lays its own over the picture, which stays in sight. */
  titles: boolean;
}

const axisHeight = 28;
const side = 8;

/** Everything that happened together, as shapes: time from left to right, what is depended on above. */
export function stripPicture(
  view: IncidentView,
  { width, now, timeZone, titles }: StripOptions,
): StripPicture {
  const axis = axisOf(view, width, now);
  const lanes: LanePicture[] = [];
  let y = axisHeight;
  for (const lane of view.lanes) {
    const drawn = lanePicture(lane, y, axis);
    lanes.push(drawn);
    y += drawn.height;
  }
  const shapes: Shape[] = [
    ...ticks(axis, y, timeZone),
    ...lanes.flatMap(({ y: top }) => rule(top, width)),
    ...lanes.flatMap((lane) => (titles ? [words(lane.title, side, lane.titleY, 'ink', 600)] : [])),
    ...(view.to === null ? nowEdge(axis, y) : []),
    ...lanes.flatMap((lane) => lane.shapes),
  ];
  return { width, height: y + 8, shapes, lanes, nowX: axis.x(axis.now) };
}

/**
 * The axis begins with the first thing that happened, but no longer before the first trouble than the trouble lasts: a deploy long
 * before it stands at the left edge.
 */
function axisOf({ from, to, lanes }: IncidentView, width: number, now: number): Axis {
  const end = to === null ? Math.max(now, Date.parse(from) + 1000) : Date.parse(to);
  const troubles = lanes.flatMap(({ spans }) => spans.map((span) => Date.parse(span.from)));
  const first = troubles.length > 0 ? Math.min(...troubles) : Date.parse(from);
  const lead = Math.max(60_000, end - first);
  const begin = Math.max(Date.parse(from), first - lead);
  const [start, stop] = [
    begin,
    begin + (to === null ? roomySpan(end - begin) : Math.max(end - begin, 10_000)),
  ];
  const room = width - 2 * side - 8;
  const x = (at: number) =>
    side + 4 + (Math.min(Math.max(at, start), stop) - start) * (room / (stop - start));
  return { width, from: start, to: stop, now: end, x };
}

/** While it goes on the axis has room ahead, so that only the edge of now moves and marks stand still for a while. */
function roomySpan(span: number): number {
  let roomy = 30_000;
  while (roomy < span * 1.03) roomy *= 1.5;
  return roomy;
}

function ticks(axis: Axis, height: number, timeZone: string | undefined): Shape[] {
  return timeTicks(axis.from, axis.to, Math.max(2, Math.floor(axis.width / 96))).flatMap((at) => {
    const x = axis.x(at);
    const text = clockSeconds(at, timeZone);
    return [
      {
        tag: 'line',
        attributes: { x1: x, y1: 18, x2: x, y2: height, strokeWidth: 1, opacity: 0.6 },
        stroke: 'edge',
      } satisfies Shape,
      words(text, Math.min(Math.max(0, x - 24), axis.width - 54), 12, 'dim'),
    ];
  });
}

function rule(y: number, width: number): Shape[] {
  return [{ tag: 'line', attributes: { x1: 0, y1: y, x2: width, y2: y, strokeWidth: 1 }, stroke: 'edge' }];
}

function nowEdge(axis: Axis, height: number): Shape[] {
  const x = axis.x(axis.now);
  return [
    {
      tag: 'line',
      attributes: { x1: x, y1: 18, x2: x, y2: height, strokeWidth: 1.5, strokeDasharray: '3 3' },
      stroke: 'accent',
    },
    words('now', x + 28 > axis.width ? x - 26 : x + 4, 26, 'accent', 600),
  ];
}
