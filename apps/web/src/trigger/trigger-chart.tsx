import type { TriggerSeries, TriggerView } from '@lastgood/api-client';
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
import { clockSeconds, shortMoment } from '../time/moment.ts';
import { axisTicks, breachBand, type ChartPoint, chartPoints, gaps, valueRange } from './chart-data.ts';
import { formatValue } from './format-value.ts';
import classes from './trigger-chart.module.css';

export interface TriggerChartProps {
  trigger: TriggerView;
  series: TriggerSeries;
  intervalSeconds: number;
  /** Left and right edge, epoch ms. */
  from: number;
  to: number;
  deployedAt: number;
  deployLabel: string;
}

/** Value against threshold: the line, the threshold with its value, the breach side, the deployment, gaps hatched. */
export function TriggerChart({ trigger, series, intervalSeconds, from, to, ...deploy }: TriggerChartProps) {
  const points = chartPoints(series.points, from, intervalSeconds);
  const range = valueRange(points, trigger.threshold);
  const [breachFrom, breachTo] = breachBand(trigger.comparison, trigger.threshold, range);
  if (points.every((point) => point.value === null)) return <NoValues points={points} />;
  const hatch = `hatch-${trigger.name}`;
  const unit = (value: number) => formatValue(value, trigger.unit);
  // A whole word has no room on the axis; it stands at the value above.
  const isWord = trigger.unit.length > 2 && trigger.unit !== 'ratio';
  const axisValue = (value: number) => formatValue(value, isWord ? '' : trigger.unit);
  return (
    <div className={classes.chart} role="img" aria-label={describe(trigger, points)}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height: 168 }}>
        <LineChart
          data={points}
          margin={{ top: 16, right: 8, bottom: 0, left: 0 }}
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
          <ReferenceArea
            y1={breachFrom}
            y2={breachTo}
            fill="var(--act-solid)"
            fillOpacity={0.07}
            ifOverflow="hidden"
          />
          {gaps(points).map((gap) => (
            <ReferenceArea key={gap.from} x1={gap.from} x2={gap.to} fill={`url(#${hatch})`} fillOpacity={1} />
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
            width={64}
            ticks={axisTicks(range)}
            interval={0}
            tickFormatter={axisValue}
            axisLine={false}
            tickLine={false}
          />
          <ReferenceLine
            y={trigger.threshold}
            stroke="var(--act-solid)"
            strokeDasharray="4 4"
            label={{
              value: `threshold ${unit(trigger.threshold)}`,
              position: trigger.comparison === 'greater_than' ? 'insideBottomRight' : 'insideTopRight',
              offset: 4,
              className: classes.thresholdLabel ?? '',
            }}
          />
          {deploy.deployedAt >= from && (
            <ReferenceLine
              x={deploy.deployedAt}
              stroke="var(--ink-dim)"
              label={{ value: deploy.deployLabel, position: 'top', offset: 4 }}
            />
          )}
          <Tooltip
            isAnimationActive={false}
            content={({ active, payload }) => (
              <PointTooltip point={active ? (payload[0]?.payload as ChartPoint) : undefined} unit={unit} />
            )}
          />
          <Line
            dataKey="value"
            stroke="var(--accent)"
            strokeWidth={2}
            dot={false}
            activeDot={{ r: 3 }}
            connectNulls={false}
            isAnimationActive={false}
            type="linear"
          />
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}

function NoValues({ points }: { points: readonly ChartPoint[] }) {
  const reason = points.findLast((point) => point.gap !== null)?.gap;
  return (
    <div className={classes.empty}>
      <span>
        {reason ? `No values in this window: ${reason.replaceAll('-', ' ')}` : 'No values in this window yet'}
      </span>
    </div>
  );
}

function PointTooltip({ point, unit }: { point: ChartPoint | undefined; unit: (value: number) => string }) {
  if (!point) return null;
  return (
    <div className={classes.tooltip}>
      <strong>{point.value === null ? (point.gap ?? 'no number') : unit(point.value)}</strong>
      <span>{clockSeconds(point.at)}</span>
    </div>
  );
}

function describe(trigger: TriggerView, points: readonly ChartPoint[]): string {
  const known = points.map((point) => point.value).filter((value) => value !== null);
  const unit = (value: number) => formatValue(value, trigger.unit);
  if (known.length === 0) return `${trigger.name}: no values yet; threshold ${unit(trigger.threshold)}`;
  return `${trigger.name}: ${known.length} values from ${unit(Math.min(...known))} to ${unit(Math.max(...known))}, latest ${unit(
    known.at(-1) ?? 0,
  )}; threshold ${unit(trigger.threshold)}`;
}
