import { useListRuns } from '@lastgood/api-client/queries';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useLiveState } from '../../live/live-provider.tsx';
import { serverClock } from '../../time/server-clock.ts';
import classes from './act-bar.module.css';
import { PressRow } from './press-row.tsx';
import { QueuedRunRow } from './queued-run-row.tsx';
import { presses, usePresses } from './use-presses.ts';

/** One object: another one would have the bar observed anew each time it is drawn, and drawn for being observed. */
const whole = { box: 'border-box' } as const;

/**
 * What has been pressed and can still be taken back, on every page and wherever it is scrolled: the presses of this tab from
 * the finger on, and those of everybody else until they start.
 */
export function ActBar() {
  const mine = usePresses();
  const others = useQueuedByOthers(
    mine.flatMap(({ phase }) => (phase.kind === 'arrived' ? [phase.run.id] : [])),
  );
  const { ref, height } = useElementSize(whole);
  useRoomFor(height);
  useNudge();
  const count = mine.length + others.ids.length;
  return (
    <section ref={ref} className={classes.bar} aria-label="Rollbacks about to start" hidden={count === 0}>
      {mine.map((press, index) => (
        <PressRow key={press.key} press={press} hasKey={index === mine.length - 1} />
      ))}
      {others.ids.map((id, index) => (
        <QueuedRunRow
          key={id}
          runId={id}
          hasKey={mine.length === 0 && index === others.ids.length - 1}
          onOver={() => others.forget(id)}
        />
      ))}
    </section>
  );
}

/** Runs that wait for their start and were not pressed here, kept in sight until it is said how they ended. */
function useQueuedByOthers(own: readonly string[]) {
  const queued = useListRuns({ status: 'queued', limit: 10 });
  const [ids, setIds] = useState<readonly string[]>([]);
  const [everOwn] = useState(() => new Set<string>());
  const items = queued.data?.items;
  useEffect(() => {
    for (const id of own) everOwn.add(id);
  }, [own, everOwn]);
  useEffect(() => {
    const now = Date.now() + serverClock.offsetMs();
    const waiting = (items ?? []).filter(({ startsAt }) => Date.parse(startsAt) > now).map(({ id }) => id);
    if (waiting.length > 0) setIds((known) => [...new Set([...known, ...waiting])]);
  }, [items]);
  return {
    ids: ids.filter((id) => !own.includes(id) && !everOwn.has(id)),
    forget: (id: string) => setIds((known) => known.filter((one) => one !== id)),
  };
}

/** The page's end stays reachable above the bar; nothing that is shown moves. */
function useRoomFor(height: number): void {
  useEffect(() => {
    document.documentElement.style.setProperty('--act-bar', `${Math.ceil(height)}px`);
  }, [height]);
}

/** What waits is sent as soon as there is a sign that the server answers again. */
function useNudge(): void {
  const { phase } = useLiveState();
  useEffect(() => {
    if (phase === 'live') presses.nudge();
  }, [phase]);
  useEffect(() => {
    window.addEventListener('online', presses.nudge);
    return () => window.removeEventListener('online', presses.nudge);
  }, []);
}
