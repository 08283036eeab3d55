import type { TriggerSeries, TriggerView } from '@lastgood/api-client';
import { type ComponentType, lazy, type ReactNode, Suspense, useId } from 'react';
import { Instant } from '../clock/instant.tsx';
import { useNow } from '../clock/use-now.ts';
import { pastTriggerMeaning, triggerMeaning } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { CopyText } from '../shell/copy-text.tsx';
import { BreachBar } from './breach-bar.tsx';
import { breachTimeAt } from './breach-time.ts';
import { formatValue } from './format-value.ts';
import type { TriggerChartProps } from './trigger-chart.tsx';
import classes from './trigger-panel.module.css';
import { comparisonSign, consequence, readingAgainstThreshold, severityWords } from './trigger-words.ts';

/** The charts weigh as much as the rest of the page, whose words and buttons need not wait for them. */
const TriggerChart = lazy<ComponentType<TriggerChartProps>>(() =>
  import('./trigger-chart.tsx').then(
    (chart) => ({ default: chart.TriggerChart }),
    () => ({ default: NoChart }),
  ),
);

interface TriggerPanelProps {
  trigger: TriggerView;
  series: TriggerSeries | undefined;
  intervalSeconds: number;
  from: number;
  deployedAt: number;
  deployLabel: string;
  /** The watch is over or the deployment was taken back: the chart ends there, not now. */
  endsAt: number | null;
}

/** One trigger: its value against its threshold in words, how long it breaches, its chart. */
export function TriggerPanel({ trigger, series, intervalSeconds, endsAt, ...window }: TriggerPanelProps) {
  const now = useNow();
  const title = useId();
  const over = endsAt !== null;
  const said = over ? pastTriggerMeaning(trigger) : triggerMeaning(trigger);
  const breach = over ? null : breachTimeAt(trigger, now, intervalSeconds);
  return (
    <section className={classes.panel} aria-labelledby={title} data-meaning={said.meaning}>
      <header className={classes.head}>
        <div className={classes.name}>
          <h3 id={title}>{trigger.name}</h3>
          <span className={classes.dim}>
            {trigger.shadow ? 'shadow: never acts' : severityWords[trigger.severity]}
          </span>
        </div>
        <MeaningMark said={said} boxed />
      </header>
      <p className={classes.reading}>
        <strong>{readingAgainstThreshold(trigger)}</strong>
        {breach && <span className={classes.next}>{consequence(trigger, breach)}</span>}
        {!over && trigger.phase === 'firing' && trigger.since && (
          <span className={classes.fired}>
            firing since <Instant at={trigger.since} as="clock" />
          </span>
        )}
      </p>
      {breach && <BreachBar time={breach} name={trigger.name} />}
      {!over && trigger.trouble && <Trouble trouble={trigger.trouble} />}
      {!over && trigger.companion?.trouble && <CompanionTrouble trouble={trigger.companion.trouble} />}
      {series && (
        <Suspense fallback={<div className={classes.chart} />}>
          <TriggerChart
            trigger={trigger}
            series={series}
            intervalSeconds={intervalSeconds}
            to={Math.max(endsAt === null ? now : endsAt + intervalSeconds * 500, window.from + 1000)}
            {...window}
          />
        </Suspense>
      )}
      <Details trigger={trigger} />
    </section>
  );
}

function NoChart() {
  return <p className={classes.trouble}>The chart could not be loaded. Load the page again to see it.</p>;
}

type Trouble = NonNullable<TriggerView['trouble']>;

function CompanionTrouble({ trouble }: { trouble: Trouble }): ReactNode {
  return (
    <p className={classes.trouble}>
      Its companion query cannot be used since <Instant at={trouble.since} as="clock" />: {trouble.reason}. A
      breach cannot count meanwhile.
    </p>
  );
}

function Trouble({ trouble }: { trouble: Trouble }): ReactNode {
  return (
    <p className={classes.trouble}>
      Could not ask since <Instant at={trouble.since} as="clock" />: {trouble.reason}. Its state and the time
      of its breach stand still.
    </p>
  );
}

function Details({ trigger }: { trigger: TriggerView }) {
  return (
    <details className={classes.details}>
      <summary>
        Fires {comparisonSign[trigger.comparison]} {formatValue(trigger.threshold, trigger.unit)} for{' '}
        {trigger.forSeconds} s{trigger.readAt && ', '}
        {trigger.readAt && (
          <>
            read <Instant at={trigger.readAt} />
          </>
        )}
      </summary>
      {trigger.description && <p>{trigger.description}</p>}
      <CopyText text={trigger.query} label="Copy the query" />
      {trigger.companion && (
        <>
          <p>
            A breach counts on at least {trigger.companion.atLeast} samples
            {trigger.companion.reading && `, now ${trigger.companion.reading.text}`}.
          </p>
          <CopyText text={trigger.companion.query} label="Copy the companion query" />
        </>
      )}
    </details>
  );
}
