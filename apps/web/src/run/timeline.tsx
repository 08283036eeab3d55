import type { TimelineEvent } from '@lastgood/api-client';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Instant } from '../clock/instant.tsx';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { clockTime } from '../time/duration.ts';
import { isFine } from './merge-timelines.ts';
import classes from './timeline.module.css';

interface TimelineProps {
  events: readonly TimelineEvent[];
  /** There are older events than these. */
  isCut: boolean;
  /** The zero of the axis, ISO: the start of the deployment. */
  origin: string;
  originName: string;
}

/** Everything that happened on one axis: clock time, distance from the origin, words. Oldest first. */
export function Timeline({ events, isCut, origin, originName }: TimelineProps) {
  const [everything, setEverything] = useState(false);
  const fine = events.filter(isFine).length;
  const shown = everything ? events : events.filter((event) => !isFine(event));
  if (events.length === 0) return <p className={classes.empty}>Nothing has happened yet.</p>;
  return (
    <>
      <div className={classes.axis}>
        <p>
          Distances count from {originName}.
          {isCut && ` The newest ${events.length} are shown; the API has the older ones.`}
        </p>
        {fine > 0 && (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-pressed={everything}
            onClick={() => setEverything(!everything)}
          >
            {everything ? 'Leave out the small steps' : `Show ${fine} small steps more`}
          </Button>
        )}
      </div>
      <ol>
        {shown.map((event) => (
          <li key={event.id} className={classes.event} data-meaning={event.urgency}>
            <span className={classes.clock}>
              <Instant at={event.at} as="clock" />
            </span>
            <span className={classes.offset}>{offset(event.at, origin)}</span>
            <span className={classes.dot}>
              <MeaningIcon meaning={event.urgency} size="0.875rem" />
            </span>
            <span className={classes.text}>{event.text}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

function offset(at: string, origin: string): string {
  const seconds = Math.floor((Date.parse(at) - Date.parse(origin)) / 1000);
  return `${seconds < 0 ? '−' : '+'}${clockTime(Math.abs(seconds))}`;
}
