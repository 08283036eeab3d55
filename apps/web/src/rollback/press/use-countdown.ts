import type { Run } from '@lastgood/api-client';
import { useEffect, useState } from 'react';
import { undoLeftMs } from '../../run/step-progress.ts';
import { serverClock } from '../../time/server-clock.ts';

/** Milliseconds left, ten times a second, because three seconds are too short for a clock of seconds. */
export function useCountdown(run: Pick<Run, 'status' | 'startsAt'> | undefined): number | null {
  const read = () => run && undoLeftMs(run, Date.now() + serverClock.offsetMs());
  const [, tick] = useState(0);
  const over = read() == null;
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => tick((count) => count + 1), 100);
    return () => clearInterval(timer);
  }, [over]);
  return read() ?? null;
}
