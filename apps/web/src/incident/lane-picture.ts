import type { IncidentLane, IncidentMark } from '@lastgood/api-client';
import { releaseName } from '../run/release-names.ts';
import { type LabelAt, labelRows, textWidth } from './label-rows.ts';
import { glyphPath, lookOf } from './mark-look.ts';
import type { Paint, Shape } from './shapes.ts';

export interface Axis {
  width: number;
  /** Epoch ms. */
  from: number;
  to: number;
  /** Where what lasts ends for now. */
  now: number;
  /** Pixels from the left edge. */
  x(at: number): number;
}

/** Marks that stand on one spot, as one thing to point at; it looks as the most telling of them. */
export interface Spot {
  first: IncidentMark;
  x: number;
  y: number;
  marks: [IncidentMark, ...IncidentMark[]];
}

export interface LanePicture {
  service: string;
  y: number;
  height: number;
  /** Middle of its title. */
  titleY: number;
  title: string;
  shapes: Shape[];
  spots: Spot[];
}

const rowHeight = 14;
const titleHeight = 20;
const labelHeight = 14;
const markHeight = 24;
const mostTriggers = 4;
/** A target is as wide as WCAG 2.2 asks (2.5.8): of marks nearer than that one would lie on the other. */
const spotWidth = 24;

export function lanePicture(lane: IncidentLane, y: number, axis: Axis): LanePicture {
  const labels = labelsOf(lane, axis);
  const placed = labelRows(labels, axis.width, 4);
  const rows = Math.max(0, ...placed.map((one) => (one ? one.row + 1 : 0)));
  const markY = y + titleHeight + rows * labelHeight + markHeight / 2;
  const spots = spotsOf(lane.marks, axis, markY);
  const shapes: Shape[] = [line(0, markY, axis.width, markY, 'edge')];
  labels.forEach(({ x, text }, index) => {
    const label = placed[index];
    if (!label) return;
    const top = markY - markHeight / 2 - label.row * labelHeight;
    if (label.row > 0) shapes.push(line(x, top, x, markY, 'edge'));
    shapes.push(words(text, label.left, top - 2, 'dim'));
  });
  for (const { first, x } of spots) shapes.push(glyph(lookOf(first.kind), x, markY));
  const below = bands(lane, markY + markHeight / 2 + 2, axis);
  shapes.push(...below.shapes);
  const height = below.end + 8 - y;
  return {
    ...{ service: lane.service, y, height, titleY: y + 14, title: titleOf(lane) },
    ...{ shapes, spots },
  };
}

/** What is said several times of one instant is said once, with its number. */
function labelsOf(lane: IncidentLane, axis: Axis): LabelAt[] {
  const labels = new Map<string, LabelAt & { word: string; count: number }>();
  for (const mark of lane.marks) {
    const { rank } = lookOf(mark.kind);
    if (rank === null) continue;
    const word = wordsOf(mark, lane);
    const known = labels.get(`${mark.at} ${word}`);
    const count = (known?.count ?? 0) + 1;
    const text = count === 1 ? word : `${count} × ${word}`;
    labels.set(`${mark.at} ${word}`, { x: axis.x(Date.parse(mark.at)), text, rank, word, count });
  }
  return [...labels.values()];
}

const spanLook = {
  pending: { fill: 'watch', opacity: 0.45 },
  firing: { fill: 'act', opacity: 0.85 },
  unseen: { fill: 'hatch', opacity: 1 },
  waiting: { fill: 'watch', opacity: 0.25 },
  rollback: { fill: 'accent', opacity: 0.45 },
  verification: { fill: 'done', opacity: 0.85 },
} as const;

/** A row for each trigger that breached, the most talkative first, and one for what was done about it. */
function bands({ spans }: IncidentLane, top: number, axis: Axis): { shapes: Shape[]; end: number } {
  const isDone = ({ runId, kind }: Span) => runId !== null || kind === 'waiting';
  const byTrigger = [
    ...Map.groupBy(
      spans.filter((span) => !isDone(span)),
      (span) => span.trigger ?? '',
    ),
  ];
  const shown = byTrigger.toSorted(([, a], [, b]) => longest(b) - longest(a));
  // One row more is as high as the row that would say so.
  const most = shown.length === mostTriggers + 1 ? shown.length : mostTriggers;
  const rows: [string, Span[]][] = shown.slice(0, most);
  const rest = shown.slice(most).flatMap(([, own]) => own);
  if (rest.length > 0) rows.push([`${shown.length - most} more triggers`, rest]);
  const acts = spans.filter(isDone);
  if (acts.length > 0) rows.push([actWords(acts), acts]);
  const shapes = rows.flatMap(([name, own], index) => row(name, own, top + index * rowHeight, axis));
  return { shapes, end: top + rows.length * rowHeight };
}

type Span = IncidentLane['spans'][number];

const lengthOf = ({ from, to }: Span): number =>
  (to === null ? Number.MAX_SAFE_INTEGER : Date.parse(to)) - Date.parse(from);
const longest = (spans: readonly Span[]): number => Math.max(...spans.map(lengthOf));

function actWords(spans: readonly Span[]): string {
  const has = (kind: Span['kind']) => spans.some((span) => span.kind === kind);
  const words = [has('waiting') && 'wanted and not done', has('rollback') && 'rollback'];
  return [...words, has('verification') && 'verification'].filter(Boolean).join(', ');
}

function row(name: string, spans: readonly Span[], y: number, axis: Axis): Shape[] {
  const drawn = spans.map((span) => {
    const x = axis.x(Date.parse(span.from));
    const end = axis.x(span.to === null ? axis.now : Date.parse(span.to));
    return { span, x, end: Math.max(end, x + 2) };
  });
  const shapes = drawn.map(({ span: { kind }, x, end }): Shape => {
    const { fill, opacity } = spanLook[kind];
    const box = { x: round(x), y: y + 2, width: round(end - x), height: rowHeight - 4, opacity };
    return { tag: 'rect', attributes: box, fill };
  });
  const [left, right] = [Math.min(...drawn.map(({ x }) => x)), Math.max(...drawn.map(({ end }) => end))];
  const wide = textWidth(name);
  const isRight = right + 6 + wide <= axis.width;
  const at = isRight ? right + 6 : Math.max(2, left - 6 - wide);
  // Between the edges there is no room: over the band, on a ground of its own.
  const isOver = !isRight && left - 6 - wide < 2;
  const ground: Shape[] = isOver
    ? [{ tag: 'rect', attributes: { x: 0, y: y + 1, width: wide + 6, height: 12 }, fill: 'surface' }]
    : [];
  return [...shapes, ...ground, words(name, at, y + 11, 'dim')];
}

function glyph({ glyph: kind, paint }: ReturnType<typeof lookOf>, x: number, y: number): Shape {
  const attributes = { d: glyphPath(kind, x, y), strokeWidth: kind === 'cross' ? 2 : 1.5 };
  const isOutline = kind === 'hollow' || kind === 'tick' || kind === 'cross';
  return {
    tag: 'path',
    attributes,
    fill: isOutline ? 'surface' : paint,
    stroke: isOutline ? paint : 'surface',
  };
}

/** Marks nearer to each other than a finger can tell apart are one spot; so are spots that come so near by joining. */
function spotsOf(marks: readonly IncidentMark[], axis: Axis, y: number): Spot[] {
  const spots: Spot[] = [];
  for (const mark of marks) {
    let spot = spotOf([mark], axis, y);
    for (let last = spots.at(-1); last && spot.x - last.x < spotWidth; last = spots.at(-1)) {
      spots.pop();
      spot = spotOf([...last.marks, ...spot.marks], axis, y);
    }
    spots.push(spot);
  }
  return spots;
}

function spotOf(marks: [IncidentMark, ...IncidentMark[]], axis: Axis, y: number): Spot {
  const first = marks.reduce((best, mark) => (rankOf(mark) < rankOf(best) ? mark : best));
  return { first, x: round(axis.x(Date.parse(first.at))), y, marks };
}

const rankOf = ({ kind }: IncidentMark): number => lookOf(kind).rank ?? 9;

function wordsOf(mark: IncidentMark, { deployments }: IncidentLane): string {
  const { word } = lookOf(mark.kind);
  if (mark.kind !== 'deploy') return word;
  const of = deployments.find(({ id }) => id === mark.deploymentId);
  return of ? `${word} ${releaseName(of)}` : word;
}

function titleOf({ serviceName, deployments }: IncidentLane): string {
  const versions = deployments.map(releaseName);
  return [serviceName, versions.join(' → ')].filter(Boolean).join('  ');
}

const round = (value: number): number => Math.round(value * 10) / 10;

function line(x1: number, y1: number, x2: number, y2: number, stroke: Paint): Shape {
  return { tag: 'line', attributes: { x1: round(x1), y1, x2: round(x2), y2, strokeWidth: 1 }, stroke };
}

export function words(text: string, x: number, y: number, fill: Paint, weight = 400): Shape {
  const attributes = { x: round(x), y: round(y), fontSize: 11, fontWeight: weight };
  return { tag: 'text', attributes, fill, text };
}
