import type { FleetStanding } from '@lastgood/api-client';
import { useSystemStatus } from '@lastgood/api-client/queries';
import { Link } from 'react-router';
import { useNow } from '../clock/use-now.ts';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { actorTexts } from '../now/actor-texts.ts';
import { FleetCounts } from '../standing/fleet-counts.tsx';
import classes from './status.module.css';

/** The sentence that the page Now begins with, and all services counted; kept fresh by the live line. */
export function FleetLine() {
  const { data } = useSystemStatus({ query: { staleTime: Number.POSITIVE_INFINITY } });
  return data ? <Line fleet={data.fleet} /> : null;
}

function Line({ fleet }: { fleet: FleetStanding }) {
  const { first, others } = actorTexts(fleet, useNow());
  return (
    <section className={classes.fleet} aria-label="The fleet" data-meaning={fleet.meaning}>
      <p>
        <MeaningIcon meaning={fleet.meaning} size="1rem" />{' '}
        <Link to="/">{[first, ...others].join(' · ')}</Link>
      </p>
      <FleetCounts counts={fleet.counts} />
    </section>
  );
}
