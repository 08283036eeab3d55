import type { BacktestDeployment } from '@lastgood/api-client';
import { Suspense } from 'react';
import { releaseName } from '../run/release-names.ts';
import { lazyPart } from '../shell/lazy-part.tsx';
import { PartLoading } from '../shell/part-note.tsx';
import { spokenDuration } from '../time/duration.ts';
import { clockSeconds } from '../time/moment.ts';
import type { ChartLine } from '../trigger/chart-lines.ts';
import { ofLimit } from '../trigger/chart-words.ts';
import page from '../trigger/write/write.module.css';
import classes from './backtest.module.css';
import { holdsOf, stepMs } from './holds.ts';

const { Part: TriggerChart } = lazyPart('the chart', async () => ({
  default: (await import('../trigger/trigger-chart.tsx')).TriggerChart,
}));

/** What it would have read of one deployment, with its holds and firings; the same in words. */
export function BacktestDetail({ one, trigger: name }: { one: BacktestDeployment; trigger: string }) {
  const { trigger, points, startedAt, until, firings, slots, unread, slotsPerPoint } = one;
  const step = stepMs(points);
  const first = points[0] ? Date.parse(points[0].at) : Date.parse(startedAt);
  const from = Math.min(Date.parse(startedAt), first) - step;
  const to = Math.max(Date.parse(until), first + step);
  return (
    <div className={classes.detail}>
      <p className={page.dim}>Fires {trigger.limit}.</p>
      {points.length > 0 && (
        <Suspense fallback={<PartLoading name="the chart" />}>
          <TriggerChart
            {...{
              name,
              kind: trigger.kind,
              threshold: trigger.threshold,
              comparison: trigger.comparison,
              unit: trigger.unit,
            }}
            points={points}
            intervalSeconds={step / 1_000}
            from={from}
            to={to}
            lines={linesOf(one)}
            holds={holdsOf(points)}
          />
        </Suspense>
      )}
      {firings.map(({ firedAt, resolvedAt, heldSeconds, text }) => (
        <p key={firedAt}>
          Would have fired at {clockSeconds(Date.parse(firedAt))}
          {text !== '' && `, at ${ofLimit(text, trigger.kind)}`}
          {heldSeconds > 0 ? `, after a breach of ${spokenDuration(heldSeconds)}` : ', at its first breach'};{' '}
          {resolvedAt === null ? 'fires to the end' : `until ${clockSeconds(Date.parse(resolvedAt))}`}.
        </p>
      ))}
      <p className={page.dim}>
        Asked in {slots.due} slots; {slots.read} could be read, {slots.answered} had something to judge.
        {slotsPerPoint > 1 && ` Each point is the worst of ${slotsPerPoint} slots.`}
      </p>
      {unread.map(({ reason, slots: count }) => (
        <p key={reason} className={page.dim}>
          Not read in {count} {count === 1 ? 'slot' : 'slots'}: {reason}
        </p>
      ))}
    </div>
  );
}

function linesOf(one: BacktestDeployment): ChartLine[] {
  const firings = one.firings.map(
    ({ firedAt }): ChartLine => ({
      ...{ at: Date.parse(firedAt), text: 'would fire', rank: 0, kind: 'fired' },
    }),
  );
  const known = one.badAt === null ? [] : [Date.parse(one.badAt)];
  return [
    { at: Date.parse(one.startedAt), text: `deploy ${releaseName(one)}`, rank: 1, kind: 'deploy' },
    ...firings,
    ...known.map((at): ChartLine => ({ at, text: 'known to be bad', rank: 2, kind: 'decision' })),
  ];
}
