import type { WatchRow } from '@lastgood/api-client';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { useNow } from '../clock/use-now.ts';
import { IncidentLink } from '../incident/incident-link.tsx';
import { watchRowMeaning } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { sentenceCase } from '../meaning/sentence-case.ts';
import { OfferedWayBack } from '../rollback/offered-way-back.tsx';
import { releaseTitle } from '../run/release-names.ts';
import { OutsideLinks } from '../shell/outside-links.tsx';
import { BreachBar } from '../trigger/breach-bar.tsx';
import { type BreachTime, breachTimeAt } from '../trigger/breach-time.ts';
import { Sparkline } from '../trigger/sparkline.tsx';
import { consequence, firingWords, readingAgainstThreshold } from '../trigger/trigger-words.ts';
import classes from './watch-card.module.css';

interface WatchCardProps {
  row: WatchRow;
  intervalSeconds: number;
  /** It has left the list while the pointer held it in place. */
  gone: boolean;
}

/** A deployment that needs a look: what breaches, since when, what follows and when, and the button. */
export function WatchCard({ row, intervalSeconds, gone }: WatchCardProps) {
  const now = useNow();
  const breach = row.worst ? breachTimeAt(row.worst, now, intervalSeconds) : null;
  const said = watchRowMeaning(row.state);
  return (
    <article
      className={classes.card}
      data-meaning={said.meaning}
      data-gone={gone || undefined}
      aria-label={row.serviceName}
    >
      <header className={classes.head}>
        <MeaningMark said={said} />
        <h3 className={classes.title}>
          <Link to={`/deployments/${row.deploymentId}`}>{row.serviceName}</Link>
          <ReleaseWords row={row} />
        </h3>
      </header>
      <div className={classes.body}>
        <div className={classes.words}>
          {row.worst && (
            <p className={classes.reading}>
              <span className={classes.trigger}>{row.worst.name}</span>{' '}
              <strong>{readingAgainstThreshold(row.worst)}</strong>
            </p>
          )}
          <p className={classes.next}>{sentenceCase(whatFollows(row, breach))}</p>
          {row.beyondWindow && <p className={classes.dim}>{sentenceCase(row.beyondWindow)}</p>}
          {row.worst?.since && (row.worst.phase === 'pending' || row.worst.phase === 'firing') && (
            <p className={classes.dim}>
              {row.worst.phase} since <Instant at={row.worst.since} as="clock" />,{' '}
              <Instant at={row.worst.since} />
            </p>
          )}
          <OutsideLinks links={row.links} />
          {breach && row.worst && <BreachBar time={breach} name={row.worst.name} />}
        </div>
        {row.worst && row.spark.length > 1 && (
          <Sparkline
            values={row.spark}
            threshold={row.worst.threshold}
            label={`Last ${row.spark.length} values of ${row.worst.name}`}
          />
        )}
        <div className={classes.act}>
          {gone ? (
            <p className={classes.dim}>No longer in this list.</p>
          ) : (
            <OfferedWayBack
              deploymentId={row.deploymentId}
              serviceName={row.serviceName}
              from={row}
              target={row.target}
              problem={whyNot(row)}
              urgent={row.state !== 'trouble'}
            />
          )}
          <IncidentLink deploymentId={row.deploymentId} of={row.serviceName} />
          {row.activeRunId && <Link to={`/runs/${row.activeRunId}`}>Open the run</Link>}
        </div>
      </div>
    </article>
  );
}

function ReleaseWords({ row }: { row: WatchRow }) {
  return (
    <span className={classes.dim}>
      {releaseTitle(row)} · {row.environment}
    </span>
  );
}

function whyNot({ activeRunId, target }: WatchRow): string | null {
  if (activeRunId) return 'It is being rolled back now.';
  return target ? null : 'No earlier release is known to be good.';
}

function whatFollows({ worst, sentence, restraints }: WatchRow, breach: BreachTime | null): string {
  if (worst && breach) return consequence(worst, breach);
  if (worst?.phase !== 'firing') return sentence;
  const notByItself = restraints.length > 0 ? `; not rolled back by itself: ${restraints.join('; ')}` : '';
  return `${firingWords(worst)}${notByItself}`;
}
