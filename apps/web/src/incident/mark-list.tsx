import type { IncidentLane, IncidentMark } from '@lastgood/api-client';
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import classes from './mark-list.module.css';
import { glyphPath, isSmall, lookOf } from './mark-look.ts';

interface Line extends IncidentMark {
  serviceName: string;
}

/** Every mark of every lane in one list, oldest first: the picture for those who read. */
export function MarkList({ lanes, picked }: { lanes: readonly IncidentLane[]; picked: number | null }) {
  const [everything, setEverything] = useState(false);
  const lines = useMemo(() => inOrder(lanes), [lanes]);
  const small = lines.filter(isSmall).length;
  const shown = everything ? lines : lines.filter((line) => !isSmall(line) || line.id === picked);
  return (
    <>
      {small > 0 && (
        <Button
          variant="subtle"
          size="compact-sm"
          className={classes.more}
          aria-pressed={everything}
          onClick={() => setEverything(!everything)}
        >
          {everything ? 'Leave out the small steps' : `Show ${small} small steps more`}
        </Button>
      )}
      <ol>
        {shown.map((line) => (
          <li
            key={line.id}
            id={lineId(line.id)}
            tabIndex={-1}
            className={classes.line}
            data-picked={line.id === picked || undefined}
          >
            <Instant at={line.at} as="clock" light />
            <Mark mark={line} />
            <span className={classes.service}>{line.serviceName}</span>
            <span className={classes.kind}>{lookOf(line.kind).word}</span>
            <span className={classes.text}>
              {line.text} {line.runId && <Link to={`/runs/${line.runId}`}>Run</Link>}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

export const lineId = (eventId: number): string => `event-${eventId}`;

function inOrder(lanes: readonly IncidentLane[]): Line[] {
  return lanes
    .flatMap(({ serviceName, marks }) => marks.map((mark) => ({ ...mark, serviceName })))
    .toSorted((a, b) => a.at.localeCompare(b.at) || a.id - b.id);
}

function Mark({ mark }: { mark: IncidentMark }) {
  const { glyph, paint } = lookOf(mark.kind);
  return (
    <svg className={classes.mark} data-paint={paint} data-glyph={glyph} viewBox="0 0 16 16" aria-hidden>
      <path d={glyphPath(glyph, 8, 8)} />
    </svg>
  );
}
