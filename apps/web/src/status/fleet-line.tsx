import type { FleetStanding } from '@lastgood/api-client';
import { useSystemStatus } from '@lastgood/api-client/queries';
import { Link } from 'react-router';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { useFleetTexts } from '../now/use-fleet-texts.ts';
import { FleetCounts } from '../standing/fleet-counts.tsx';
import classes from './status.module.css';

/** The sentence that the page Now begins with, and all services counted; kept fresh by the live line. */
export function FleetLine() {
  const { data } = useSystemStatus({ query: { staleTime: Number.POSITIVE_INFINITY } });
  return data ? <Line fleet={data.fleet} /> : null;
}

function Line({ fleet }: { fleet: FleetStanding }) {
  const { first, others, meaning } = useFleetTexts(fleet);
  return (
    <section className={classes.fleet} aria-label="The fleet" data-meaning={meaning}>
      <p>
        <MeaningIcon meaning={meaning} size="1rem" /> <Link to="/">{[first, ...others].join(' · ')}</Link>
      </p>
      <FleetCounts counts={fleet.counts} />
    </section>
  );
}
