import { Tooltip } from '@mantine/core';
import { clockSeconds, fullMoment, relativeTime, shortMoment } from '../time/moment.ts';
import { useMinute } from './use-minute.ts';
import { useNow } from './use-now.ts';

interface InstantProps {
  at: string;
  /** `relative` "12 s ago", `short` "Tue 14:02", `clock` "14:02:05". */
  as?: 'relative' | 'short' | 'clock';
  /** In long lists: the browser's own tooltip, which costs nothing per row. */
  light?: boolean;
}

/** An instant; hover or focus shows it whole, in the viewer's zone and in UTC. */
export function Instant({ at, as = 'relative', light = false }: InstantProps) {
  const instant = Date.parse(at);
  const time = (
    <time
      dateTime={at}
      style={{ whiteSpace: 'nowrap' }}
      title={light ? `${fullMoment(instant)}\n${fullMoment(instant, 'UTC')}` : undefined}
    >
      {as === 'relative' && <Relative at={instant} />}
      {as === 'short' && <Short at={instant} />}
      {as === 'clock' && clockSeconds(instant)}
    </time>
  );
  return light ? time : <Tooltip label={<WholeInstant at={instant} />}>{time}</Tooltip>;
}

/** Each word is drawn anew as often as it changes, and nothing around it. */
const Relative = ({ at }: { at: number }) => relativeTime(at, useNow());
const Short = ({ at }: { at: number }) => shortMoment(at, useMinute());

function WholeInstant({ at }: { at: number }) {
  return (
    <>
      {fullMoment(at)}
      <br />
      {fullMoment(at, 'UTC')}
    </>
  );
}
