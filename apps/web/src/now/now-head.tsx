import type { FleetStanding } from '@lastgood/api-client';
import { useNow } from '../clock/use-now.ts';
import { useUnseenSince } from '../live/unseen-since.ts';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { EvaluatorStatus } from '../shell/evaluator-status.tsx';
import { useTitle } from '../shell/use-title.ts';
import { serverClock } from '../time/server-clock.ts';
import { actorTexts, unseenTexts } from './actor-texts.ts';
import classes from './now-head.module.css';

/** The first thing a tired person reads: who acts next and on what, then the others, then all services counted. */
export function NowHead({ fleet }: { fleet: FleetStanding }) {
  useTitle(fleet.title, fleet.meaning);
  const unseen = useUnseenSince();
  return (
    <header className={classes.head}>
      <Headline fleet={fleet} />
      <div className={classes.summary}>
        <ul className={classes.counts} aria-label="All services">
          {fleet.counts.map((count) => (
            <li key={count.state} data-meaning={unseen === null ? count.meaning : 'unknown'}>
              {count.text}
            </li>
          ))}
        </ul>
        <EvaluatorStatus />
      </div>
    </header>
  );
}

/** Alive: only these two lines are drawn anew every second. */
function Headline({ fleet }: { fleet: FleetStanding }) {
  const unseen = useUnseenSince();
  const said = actorTexts(fleet, useNow());
  const { first, others } = unseen === null ? said : unseenTexts(said, unseen + serverClock.offsetMs());
  const meaning = unseen === null ? fleet.meaning : 'unknown';
  return (
    <>
      <h1 className={classes.title} data-meaning={meaning}>
        <MeaningIcon meaning={meaning} size="1.625rem" />
        <span>{first}</span>
      </h1>
      <p className={classes.others}>{others.join(' · ')}</p>
    </>
  );
}
