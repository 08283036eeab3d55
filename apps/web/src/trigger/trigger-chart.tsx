import type { TriggerView } from '@lastgood/api-client';
import { useElementSize } from '@mantine/hooks';
import { memo, useMemo } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { textWidth } from '../incident/label-rows.ts';
import { textScale } from '../shell/text-scale.ts';
import { clockSeconds, shortMoment } from '../time/moment.ts';
import {
  axisTicks,
  breachBand,
  type ChartedPoints,
  type ChartPoint,
  chartPoints,
  gaps,
  lonePoints,
  type ThresholdSpan,
  thresholdSpans,
  valueRange,
} from './chart-data.ts';
import { type ChartLine, placeLines } from './chart-lines.ts';
import { plottedValue, plottedWords, thresholdWords } from './chart-words.ts';
import { formatValue } from './format-value.ts';
import { gapReason, gapWords } from './gap-words.ts';
import classes from './trigger-chart.module.css';

type Charted = Pick<TriggerView, 'name' | 'kind' | 'threshold' | 'comparison' | 'unit'>;

export interface TriggerChartProps extends Charted {
  points: ChartedPoints;
  intervalSeconds: number;
  /** Left and right edge, epoch ms. */
  from: number;
  to: number;
  lines: readonly ChartLine[];
  /** Stretches of a breach, to be shaded; they are told in words by whoever gives them. */
  holds?: readonly { from: number; to: number; phase: 'pending' | 'firing' }[];
}

/** Pixels at the usual size of text. */
const valueAxisWidth = 64;
const rightMargin = 8;
const labelHeight = 14;

/**
 * Value against threshold: the line, the threshold with its value, the breach side, what happened as upright lines, gaps hatched and
 * named. Drawn anew only when one of its own values changes.
 */
export const TriggerChart = memo(function TriggerChart(props: TriggerChartProps) {
  const { points: read, intervalSeconds, from, to, lines, holds = [], ...trigger } = props;
  const { ref, width } = useElementSize();
  const scale = textScale();
  const points = useMemo(() => chartPoints(read, from, intervalSeconds), [read, from, intervalSeconds]);
  const placed = useMemo(
    () => placeLines(lines, { from, to, width: Math.max(200, width / scale - valueAxisWidth - rightMargin) }),
    [lines, from, to, width, scale],
  );
  const rows = Math.max(0, ...placed.map(({ row }) => (row === null ? 0 : row + 1)));
  const spans = thresholdSpans(points, trigger.threshold, { from, to });
  const range = valueRange(points, ...spans.map(({ threshold }) => threshold));
  if (points.every((point) => point.value === null)) return <NoValues points={points} />;
  const hatch = `hatch-${trigger.name}`;
  const plotted = plottedWords(trigger);
  // A whole word has no room on the axis; it stands at the value above.
  const isWord = trigger.unit.length > 2 && trigger.unit !== 'ratio';
  const axisValue = (value: number) => formatValue(value, isWord ? '' : trigger.unit);
  const lone = lonePoints(points);
  const missing = gaps(points);
  const fits = (gap: { from: number; to: number }, words: string) =>
    ((gap.to - gap.from) / (to - from)) * (width / scale - valueAxisWidth) > textWidth(words) + 4;
  return (
    <div ref={ref}>
      <div
        className={classes.chart}
        style={{ height: `calc(9rem + ${rows * labelHeight * scale}px)` }}
        role="img"
        aria-label={describe(trigger, points, spans, lines)}
      >
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height: 168 }}>
          <LineChart
            data={points}
            margin={{ top: (6 + rows * labelHeight) * scale, right: rightMargin * scale, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <defs>
              <pattern
                id={hatch}
                width={6}
                height={6}
                patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)"
              >
                <line className={classes.hatch} x1={0} y1={0} x2={0} y2={6} />
              </pattern>
            </defs>
            <CartesianGrid stroke="var(--edge)" vertical={false} />
            {spans.map((span) => {
              const [breachFrom, breachTo] = breachBand(trigger.comparison, span.threshold, range);
              return (
                <ReferenceArea
                  key={span.from}
                  x1={span.from}
                  x2={span.to}
                  y1={breachFrom}
                  y2={breachTo}
                  fill="var(--act-solid)"
                  fillOpacity={0.07}
                  ifOverflow="hidden"
                />
              );
            })}
            {holds.map((hold) => (
              <ReferenceArea
                key={`${hold.from} ${hold.phase}`}
                x1={hold.from}
                x2={hold.to}
                fill={hold.phase === 'firing' ? 'var(--act-solid)' : 'var(--watch-ink)'}
                fillOpacity={hold.phase === 'firing' ? 0.22 : 0.14}
                ifOverflow="hidden"
              />
            ))}
            {missing.map((gap) => (
              <ReferenceArea
                key={`${gap.from} ${gap.kind}`}
                x1={gap.from}
                x2={gap.to}
                fill={`url(#${hatch})`}
                fillOpacity={1}
                ifOverflow="hidden"
                label={
                  fits(gap, gapReason(gap.kind))
                    ? {
                        value: gapReason(gap.kind),
                        position: 'insideTop',
                        className: classes.gapLabel ?? '',
                      }
                    : ''
                }
              />
            ))}
            <XAxis
              dataKey="at"
              type="number"
              scale="time"
              domain={[from, to]}
              allowDataOverflow
              tickCount={5}
              tickFormatter={(at: number) => (to - from > 600_000 ? shortMoment(at, to) : clockSeconds(at))}
              minTickGap={48}
              tickLine={false}
              stroke="var(--edge-strong)"
            />
            <YAxis
              domain={range}
              width={valueAxisWidth * scale}
              ticks={axisTicks(range)}
              interval={0}
              tickFormatter={axisValue}
              axisLine={false}
              tickLine={false}
            />
            {spans.map((span) => (
              <ReferenceLine
                key={span.from}
                segment={[
                  { x: span.from, y: span.threshold },
                  { x: span.to, y: span.threshold },
                ]}
                stroke="var(--act-solid)"
                strokeDasharray="4 4"
                label={{
                  value: thresholdWords(span.threshold, trigger),
                  position: trigger.comparison === 'greater_than' ? 'insideBottomRight' : 'insideTopRight',
                  offset: 4,
                  className: classes.thresholdLabel ?? '',
                }}
              />
            ))}
            {placed.map(({ line, row, left }) => (
              <ReferenceLine
                key={`${line.at} ${line.kind}`}
                x={line.at}
                stroke={line.kind === 'seam' ? 'var(--accent)' : 'var(--ink-dim)'}
                strokeDasharray={line.kind === 'seam' ? '2 3' : ''}
                label={(given: { viewBox?: unknown }) => (
                  <LineLabel viewBox={given.viewBox} text={line.text} row={row} left={left} scale={scale} />
                )}
              />
            ))}
            <Tooltip
              isAnimationActive={false}
              content={({ active, payload }) => (
                <PointTooltip
                  point={active ? (payload[0]?.payload as ChartPoint) : undefined}
                  unit={(value) => plottedValue(value, trigger)}
                />
              )}
            />
            <Line
              dataKey="value"
              stroke="var(--accent)"
              strokeWidth={2}
              dot={({ cx, cy, payload }: { cx?: number; cy?: number; payload?: ChartPoint }) =>
                payload && cx !== undefined && cy !== undefined && lone.has(payload.at) ? (
                  <circle key={payload.at} cx={cx} cy={cy} r={3} fill="var(--accent)" />
                ) : (
                  <g key={payload?.at} />
                )
              }
              activeDot={{ r: 3 }}
              connectNulls={false}
              isAnimationActive={false}
              type="linear"
            />
          </LineChart>
        </ResponsiveContainer>
      </div>
      {plotted && <p className={classes.gaps}>{plotted}</p>}
      {missing.length > 0 && <p className={classes.gaps}>{gapsInWords(missing)}</p>}
    </div>
  );
});

const shownGaps = 3;

function gapsInWords(missing: ReturnType<typeof gaps>): string {
  const words = missing.slice(-shownGaps).map(gapWords).join(', ');
  return missing.length > shownGaps ? `${missing.length} gaps, the last: ${words}` : `Gaps: ${words}`;
}

interface LineLabelProps {
  viewBox: unknown;
  text: string;
  row: number | null;
  left: number;
  scale: number;
}

/** Above the plot, in its own row beside its line. */
function LineLabel({ viewBox, text, row, left, scale }: LineLabelProps) {
  const { x, y } = viewBox as { x: number; y: number };
  if (row === null) return null;
  const top = y - (4 + row * labelHeight) * scale;
  return (
    <g>
      <line x1={x} x2={x} y1={top - 8 * scale} y2={y} stroke="var(--edge-strong)" />
      <text className="recharts-text" x={x + left * scale} y={top}>
        {text}
      </text>
    </g>
  );
}

function NoValues({ points }: { points: readonly ChartPoint[] }) {
  const reason = points.findLast((point) => point.gap !== null)?.gap;
  return (
    <div className={classes.empty}>
      <span>
        {reason ? `No values in this window: ${gapReason(reason)}` : 'No values in this window yet'}
      </span>
    </div>
  );
}

function PointTooltip({ point, unit }: { point: ChartPoint | undefined; unit: (value: number) => string }) {
  if (!point) return null;
  return (
    <div className={classes.tooltip}>
      <strong>{point.value === null ? gapReason(point.gap ?? '') : unit(point.value)}</strong>
      <span>{clockSeconds(point.at)}</span>
    </div>
  );
}

function describe(
  trigger: Charted,
  points: readonly ChartPoint[],
  spans: readonly ThresholdSpan[],
  lines: readonly ChartLine[],
): string {
  const known = points.map((point) => point.value).filter((value) => value !== null);
  const unit = (value: number) => plottedValue(value, trigger);
  const limit = (threshold: number) => thresholdWords(threshold, trigger);
  if (known.length === 0) return `${trigger.name}: no values yet; ${limit(trigger.threshold)}`;
  const held = spans.map(({ threshold, to }, index) =>
    index < spans.length - 1 ? `${limit(threshold)} until ${clockSeconds(to)}` : limit(threshold),
  );
  const marks = lines.map(({ text, at }) => `${text} ${clockSeconds(at)}`).join(', ');
  return `${trigger.name}: ${known.length} values from ${unit(Math.min(...known))} to ${unit(Math.max(...known))}, latest ${unit(
    known.at(-1) ?? 0,
  )}; ${held.join(', then ')}; ${marks}`;
}
