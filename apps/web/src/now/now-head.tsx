import type { FleetStanding } from '@lastgood/api-client';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { EvaluatorStatus } from '../shell/evaluator-status.tsx';
import { useTitle } from '../shell/use-title.ts';
import { FleetCounts } from '../standing/fleet-counts.tsx';
import classes from './now-head.module.css';
import { useFleetTexts } from './use-fleet-texts.ts';

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
  const { first, others, meaning } = useFleetTexts(fleet);
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
