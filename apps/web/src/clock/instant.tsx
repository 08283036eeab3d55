import { Tooltip } from '@mantine/core';
import { clockSeconds, fullMoment, relativeTime, shortMoment } from '../time/moment.ts';
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
  const now = useNow();
  const instant = Date.parse(at);
  const text =
    as === 'relative'
      ? relativeTime(instant, now)
      : as === 'short'
        ? shortMoment(instant, now)
        : clockSeconds(instant);
  const time = (
    <time
      dateTime={at}
      style={{ whiteSpace: 'nowrap' }}
      title={light ? `${fullMoment(instant)}\n${fullMoment(instant, 'UTC')}` : undefined}
    >
      {text}
    </time>
  );
  return light ? time : <Tooltip label={<WholeInstant at={instant} />}>{time}</Tooltip>;
}

function WholeInstant({ at }: { at: number }) {
  return (
    <>
      {fullMoment(at)}
      <br />
      {fullMoment(at, 'UTC')}
    </>
  );
}
