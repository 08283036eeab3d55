import type { FleetStanding } from '@lastgood/api-client';
import { useNow } from '../clock/use-now.ts';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { EvaluatorStatus } from '../shell/evaluator-status.tsx';
import { useTitle } from '../shell/use-title.ts';
import { FleetCounts } from '../standing/fleet-counts.tsx';
import { actorTexts } from './actor-texts.ts';
import classes from './now-head.module.css';

/** The first thing a tired person reads: who acts next and on what, then the others, then all services counted. */
export function NowHead({ fleet }: { fleet: FleetStanding }) {
  useTitle(fleet.title, fleet.meaning);
  return (
    <header className={classes.head}>
      <Headline fleet={fleet} />
      <div className={classes.summary}>
        <FleetCounts counts={fleet.counts} />
        <EvaluatorStatus />
      </div>
    </header>
  );
}

/** Alive: only these two lines are drawn anew every second. */
function Headline({ fleet }: { fleet: FleetStanding }) {
  const { first, others } = actorTexts(fleet, useNow());
  return (
    <>
      <h1 className={classes.title} data-meaning={fleet.meaning}>
        <MeaningIcon meaning={fleet.meaning} size="1.625rem" />
        <span>{first}</span>
      </h1>
      <p className={classes.others}>{others.join(' · ')}</p>
    </>
  );
}
