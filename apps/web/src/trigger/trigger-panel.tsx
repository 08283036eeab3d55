import type { DeploymentView, IncidentLane, TriggerSeries, TriggerView } from '@lastgood/api-client';
import { IconChevronRight } from '@tabler/icons-react';
import { type ComponentType, lazy, type ReactNode, Suspense, useId, useMemo } from 'react';
import { Instant } from '../clock/instant.tsx';
import { useNow } from '../clock/use-now.ts';
import { SeenMark } from '../live/seen-mark.tsx';
import { useSeenMeaning } from '../live/use-seen.ts';
import { pastTriggerMeaning, takenBackTriggerMeaning, triggerMeaning } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { CopyText } from '../shell/copy-text.tsx';
import { BreachBar } from './breach-bar.tsx';
import { type BreachTime, breachTimeAt } from './breach-time.ts';
import { chartLines } from './chart-lines.ts';
import { type Continuation, chartMarks } from './chart-story.ts';
import { ReadingParts } from './reading-parts.tsx';
import { Sparkline } from './sparkline.tsx';
import type { TriggerChartProps } from './trigger-chart.tsx';
import classes from './trigger-panel.module.css';
import { TriggerQueries } from './trigger-queries.tsx';
import { firesWhen, readingAgainstThreshold, severityWords } from './trigger-words.ts';

/** The charts weigh as much as the rest of the page, whose words and buttons need not wait for them. */
const TriggerChart = lazy<ComponentType<TriggerChartProps>>(() =>
  import('./trigger-chart.tsx').then(
    (chart) => ({ default: chart.TriggerChart }),
    () => ({ default: NoChart }),
  ),
);

interface TriggerPanelProps {
  trigger: TriggerView;
  points: TriggerSeries['points'] | undefined;
  story: ChartFrame;
  /** How its deployment is read. */
  read: DeploymentView['read'];
  isOpen: boolean;
  onToggle(): void;
}

/** What the charts of a deployment share. */
export interface ChartFrame {
  intervalSeconds: number;
  /** Epoch ms. */
  from: number;
  to: number;
  deployedAt: number;
  deployLabel: string;
  lane: IncidentLane | undefined;
  /** The deployment and its rollbacks. */
  ids: ReadonlySet<string>;
  chain: readonly Continuation[];
}

/** One trigger: its value against its threshold in words, how long it breaches, its chart; folded, one line with a sparkline. */
export function TriggerPanel({ trigger, points, story, read, isOpen, onToggle }: TriggerPanelProps) {
  const now = useNow();
  const [title, body] = [useId(), useId()];
  const over = read === 'over' || read === 'not_yet';
  const said = meaningAs(read)(trigger);
  const meaning = useSeenMeaning(said.meaning, over);
  const Mark = over ? MeaningMark : SeenMark;
  const breach = over ? null : breachTimeAt(trigger, now, story.intervalSeconds);
  return (
    <section
      className={classes.panel}
      aria-labelledby={title}
      data-meaning={meaning}
      data-folded={!isOpen || undefined}
    >
      <header className={classes.head}>
        <h3 className={classes.name}>
          <button
            type="button"
            className={classes.fold}
            aria-expanded={isOpen}
            aria-controls={body}
            onClick={onToggle}
          >
            <IconChevronRight size="1rem" className={classes.chevron} aria-hidden />
            <span id={title}>{trigger.name}</span>
          </button>
        </h3>
        {isOpen ? (
          <span className={classes.dim}>
            {trigger.shadow ? 'shadow: never acts' : severityWords[trigger.severity]}
          </span>
        ) : (
          <>
            <span className={classes.value}>{readingAgainstThreshold(trigger)}</span>
            <Sparkline
              values={(points ?? []).slice(-sparkPoints).map(({ value }) => value)}
              threshold={trigger.threshold}
              label={`Last values of ${trigger.name}`}
            />
          </>
        )}
        <span className={classes.mark}>
          <Mark said={said} boxed={isOpen} />
        </span>
      </header>
      <div id={body} className={classes.body} hidden={!isOpen}>
        {isOpen && <Opened {...{ trigger, points, story, read, over, breach }} />}
      </div>
    </section>
  );
}

const sparkPoints = 40;

function meaningAs(read: DeploymentView['read']): typeof triggerMeaning {
  if (read === 'taken_back') return takenBackTriggerMeaning;
  return read === 'over' || read === 'not_yet' ? pastTriggerMeaning : triggerMeaning;
}

interface OpenedProps extends Pick<TriggerPanelProps, 'trigger' | 'points' | 'story' | 'read'> {
  /** Nobody reads it. */
  over: boolean;
  breach: BreachTime | null;
}

function Opened({ trigger, points, story, read, over, breach }: OpenedProps) {
  const { lane, ids, chain, deployedAt, deployLabel, ...axis } = story;
  const lines = useMemo(
    () => chartLines({ at: deployedAt, text: deployLabel }, chartMarks(lane, trigger.name, ids), chain),
    [deployedAt, deployLabel, lane, trigger.name, ids, chain],
  );
  return (
    <>
      <p className={classes.reading}>
        <strong>{readingAgainstThreshold(trigger)}</strong>
        {breach && read !== 'taken_back' && <span className={classes.next}>{firesWhen(breach)}</span>}
        {!over && trigger.phase === 'firing' && trigger.since && (
          <span className={classes.fired}>
            firing since <Instant at={trigger.since} as="clock" />
          </span>
        )}
      </p>
      {breach && <BreachBar time={breach} name={trigger.name} />}
      {!over && trigger.trouble && <Trouble trouble={trigger.trouble} />}
      {!over && read !== 'taken_back' && trigger.companion?.trouble && (
        <CompanionTrouble trouble={trigger.companion.trouble} />
      )}
      {points && (
        <Suspense fallback={<div className={classes.chart} />}>
          <TriggerChart
            name={trigger.name}
            kind={trigger.kind}
            threshold={trigger.threshold}
            comparison={trigger.comparison}
            unit={trigger.unit}
            points={points}
            lines={lines}
            {...axis}
          />
        </Suspense>
      )}
      <Details trigger={trigger} />
    </>
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
        Fires {trigger.fires}
        {trigger.readAt && ', '}
        {trigger.readAt && (
          <>
            read <Instant at={trigger.readAt} />
          </>
        )}
      </summary>
      {trigger.description && <p>{trigger.description}</p>}
      <ReadingParts reading={trigger.reading} />
      <TriggerQueries queries={trigger.queries} />
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
