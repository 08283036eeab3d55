import type { WatchRow } from '@lastgood/api-client';
import { memo } from 'react';
import { Link } from 'react-router';
import { Acknowledge } from '../acknowledgement/acknowledge.tsx';
import { useNow } from '../clock/use-now.ts';
import { IncidentLink } from '../incident/incident-link.tsx';
import { useSeenMeaning } from '../live/use-seen.ts';
import { proofWord } from '../meaning/meaning.ts';
import { ProofWords } from '../proof/proof-words.tsx';
import { OfferedWayBack } from '../rollback/offered-way-back.tsx';
import { releaseName, releaseTitle } from '../run/release-names.ts';
import { OutsideLinks } from '../shell/outside-links.tsx';
import { StandingMark, StandingWords } from '../standing/standing-words.tsx';
import { BreachBar } from '../trigger/breach-bar.tsx';
import { breachTimeAt } from '../trigger/breach-time.ts';
import { Sparkline } from '../trigger/sparkline.tsx';
import classes from './watch-card.module.css';

interface WatchCardProps {
  row: WatchRow;
  intervalSeconds: number;
  /** It has left the list while the pointer held it in place. */
  gone: boolean;
}

/** A deployment that needs a look, in the server's words: what is wrong, what follows and when, and the button. */
export const WatchCard = memo(function WatchCard({ row, intervalSeconds, gone }: WatchCardProps) {
  const { standing, worst } = row;
  const meaning = useSeenMeaning(standing.meaning);
  return (
    <article
      className={classes.card}
      data-meaning={meaning}
      data-gone={gone || undefined}
      aria-label={row.serviceName}
    >
      <header className={classes.head}>
        <StandingMark standing={standing} />
        <h3 className={classes.title}>
          <Link to={`/deployments/${row.deploymentId}`}>{row.serviceName}</Link>
          <ReleaseWords row={row} />
        </h3>
      </header>
      <div className={classes.body}>
        <div>
          <StandingWords standing={standing} />
          <OutsideLinks links={row.links} />
          {worst && <Breach worst={worst} intervalSeconds={intervalSeconds} />}
        </div>
        {worst && row.spark.length > 1 && (
          <Sparkline
            values={row.spark}
            threshold={worst.threshold}
            label={`Last ${row.spark.length} values of ${worst.name}`}
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
              urgent={standing.meaning === 'act' || standing.meaning === 'watch'}
            />
          )}
          {row.target && !gone && (
            <ProofWords
              deploymentId={row.target.deploymentId}
              proof={row.target.proof}
              at={null}
              label={`Why ${releaseName(row.target)} is ${proofWord(row.target.proof)}`}
              of={`${releaseName(row.target)} of ${row.serviceName}`}
            />
          )}
          {!gone && (
            <Acknowledge deploymentId={row.deploymentId} serviceName={row.serviceName} standing={standing} />
          )}
          <IncidentLink deploymentId={row.deploymentId} of={row.serviceName} />
          {row.activeRunId && <Link to={`/runs/${row.activeRunId}`}>Open the run</Link>}
        </div>
      </div>
    </article>
  );
});

/** How far a breach has come, drawn; its words are the server's. */
function Breach({
  worst,
  intervalSeconds,
}: {
  worst: NonNullable<WatchRow['worst']>;
  intervalSeconds: number;
}) {
  const breach = breachTimeAt(worst, useNow(), intervalSeconds);
  return breach && <BreachBar time={breach} name={worst.name} />;
}

function ReleaseWords({ row }: { row: WatchRow }) {
  return (
    <span className={classes.dim}>
      {releaseTitle(row)} · {row.environment}
    </span>
  );
}

function whyNot({ activeRunId, target }: WatchRow): string | null {
  if (activeRunId) return 'A rollback of it is asked for already.';
  return target ? null : 'No earlier release is known to be good.';
}
