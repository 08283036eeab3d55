import { Tooltip } from '@mantine/core';
import { clockSeconds, fullMoment, relativeTime, shortMoment } from './moment.ts';
import { useNow } from './use-now.ts';

interface InstantProps {
  at: string;
  /** `relative` "12 s ago", `short` "Tue 14:02", `clock` "14:02:05". */
  as?: 'relative' | 'short' | 'clock';
}

/** An instant; hover or focus shows it whole, in the viewer's zone and in UTC. */
export function Instant({ at, as = 'relative' }: InstantProps) {
  const now = useNow();
  const instant = Date.parse(at);
  const text =
    as === 'relative'
      ? relativeTime(instant, now)
      : as === 'short'
        ? shortMoment(instant, now)
        : clockSeconds(instant);
  return (
    <Tooltip label={<WholeInstant at={instant} />}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {text}
      </time>
    </Tooltip>
  );
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
