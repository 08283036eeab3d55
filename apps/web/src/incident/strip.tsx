import type { IncidentView } from '@lastgood/api-client';
import { Tooltip } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef } from 'react';
import { textScale } from '../shell/text-scale.ts';
import { clockSeconds } from '../time/moment.ts';
import { incidentSummary } from './incident-summary.ts';
import type { Spot } from './lane-picture.ts';
import { lookOf } from './mark-look.ts';
import { ShapesSvg } from './shapes-svg.tsx';
import classes from './strip.module.css';
import { stripPicture } from './strip-picture.ts';

interface StripProps {
  view: IncidentView;
  /** Epoch ms; the picture is drawn anew when it changes. */
  now: number;
  onPick(eventId: number): void;
}

/** Below this it scrolls: marks of one incident would stand upon each other. */
const narrowest = 640;

/** The picture with a place to point at for each mark; a press leads to its line in the list. */
export function Strip({ view, now, onPick }: StripProps) {
  const { ref, width } = useElementSize();
  const scale = textScale();
  const drawn = Math.max(narrowest, Math.floor(width / scale));
  const picture = useMemo(() => stripPicture(view, { width: drawn, now, titles: false }), [view, drawn, now]);
  const scroller = useRef<HTMLElement>(null);
  const isMeasured = width > 0;
  const isLive = view.to === null;
  const isShown = useRef(false);
  useEffect(() => {
    // Where it is too wide for the screen, what happens now is seen first; after that a person scrolls.
    if (!isMeasured || isShown.current || !scroller.current) return;
    isShown.current = true;
    if (isLive) scroller.current.scrollLeft = picture.nowX * scale - scroller.current.clientWidth * 0.6;
  }, [isMeasured, isLive, picture, scale]);
  const summary = incidentSummary(view, now);
  return (
    <figure className={classes.strip} ref={ref}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section ref={scroller} className={classes.scroller} aria-label="Incident on a time axis" tabIndex={0}>
        <div className={classes.paper} style={{ width: drawn * scale, height: picture.height * scale }}>
          <ShapesSvg picture={picture} label={summary} scale={scale} />
          {picture.lanes.map((lane) => (
            <div
              key={lane.service}
              className={classes.lane}
              style={{ top: lane.y * scale, height: lane.height * scale }}
            >
              <span className={classes.title}>{lane.title}</span>
              {lane.spots.map((spot) => (
                <SpotButton
                  key={spot.first.id}
                  spot={spot}
                  scale={scale}
                  top={(spot.y - lane.y) * scale}
                  onPick={onPick}
                />
              ))}
            </div>
          ))}
        </div>
      </section>
    </figure>
  );
}

interface SpotButtonProps extends Pick<StripProps, 'onPick'> {
  spot: Spot;
  scale: number;
  top: number;
}

function SpotButton({ spot, scale, top, onPick }: SpotButtonProps) {
  const lines = spot.marks.map(
    ({ at, kind, text }) => `${clockSeconds(Date.parse(at))} ${lookOf(kind).word}: ${text}`,
  );
  const shown = lines.slice(0, 6);
  if (lines.length > shown.length) shown.push(`and ${lines.length - shown.length} more`);
  return (
    <Tooltip
      label={shown.map((line) => <div key={line}>{line}</div>)}
      multiline
      maw={420}
      events={{ hover: true, focus: true, touch: true }}
    >
      <button
        type="button"
        className={classes.spot}
        style={{ left: spot.x * scale, top }}
        aria-label={shown.join('; ')}
        onClick={() => onPick(spot.first.id)}
      />
    </Tooltip>
  );
}
