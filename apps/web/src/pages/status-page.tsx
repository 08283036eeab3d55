import type { StatusDetails } from '@lastgood/api-client';
import { useStatusDetails } from '@lastgood/api-client/queries';
import { useUnseenSince } from '../live/unseen-since.ts';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { useTitle } from '../shell/use-title.ts';
import { FleetLine } from '../status/fleet-line.tsx';
import { OutageCard } from '../status/outage-card.tsx';
import { outsideSentence } from '../status/outside-meaning.ts';
import { OutsideTable } from '../status/outside-table.tsx';
import classes from '../status/status.module.css';
import { EvaluatorFacts, QueueFacts, Replicas, Storage } from '../status/status-facts.tsx';
import { clockSeconds } from '../time/moment.ts';
import { serverClock } from '../time/server-clock.ts';

/** Outages do not all come with a word over the live line. */
const askEveryMs = 5_000;

/** Everything Lastgood depends on and is made of, and what each outage means for which services. */
export function StatusPage() {
  useTitle('Status');
  const { data, error, refetch } = useStatusDetails({ query: { refetchInterval: askEveryMs } });
  if (data) return <Status details={data} />;
  if (error) return <PageError error={error} what="status" retry={() => void refetch()} />;
  return <PageLoading what="the status" />;
}

function Status({ details }: { details: StatusDetails }) {
  const { outside, version } = details;
  const unseen = useUnseenSince();
  return (
    <div className={classes.page}>
      <h1>Status</h1>
      <FleetLine />
      <p aria-live="polite">{unseen === null ? outsideSentence(outside) : unseenSentence(unseen)}</p>
      {outside
        .filter(({ state }) => state === 'down')
        .map((outage) => (
          <OutageCard key={`${outage.kind} ${outage.name}`} outage={outage} />
        ))}
      <section className={classes.card} aria-label="Systems">
        <h2>Systems around Lastgood</h2>
        <OutsideTable outside={outside} />
      </section>
      <div className={classes.grid}>
        <EvaluatorFacts evaluator={details.evaluator} lastHour={details.lastHour} />
        <QueueFacts queue={details.queue} />
        <Replicas replicas={details.replicas} />
        <Storage storage={details.storage} />
      </div>
      <p className={classes.dim}>Lastgood {version}</p>
    </div>
  );
}

function unseenSentence(since: number): string {
  return `Nobody has told since ${clockSeconds(since + serverClock.offsetMs())} how anything is: what stands here is as it was then.`;
}
