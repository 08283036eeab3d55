import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { spokenDuration } from '../time/duration.ts';
import { useBrowserNow } from '../time/use-browser-now.ts';
import classes from './connection-notice.module.css';
import { useLive, useLiveState } from './live-provider.tsx';

/** Says at once that the line is lost, how old what is shown is, and when it tries again. */
export function ConnectionNotice() {
  const { connection } = useLive();
  const { phase, shownAt, lostAt, nextAttemptAt, why, turnedAway } = useLiveState();
  const now = useBrowserNow();
  if (phase !== 'lost' || shownAt === null || lostAt === null) return null;
  const age = Math.max(0, (now - shownAt) / 1000);
  const wait = nextAttemptAt === null ? 0 : Math.max(0, Math.ceil((nextAttemptAt - now) / 1000));
  const refreshed = shownAt > lostAt;
  return (
    <div className={classes.notice}>
      <IconPlugConnectedX size="1.125rem" aria-hidden />
      <p>
        <strong role="alert">{turnedAway ? 'No live connection.' : 'Live connection lost.'}</strong>{' '}
        {why && `${why}. `}What you see is {spokenDuration(Math.floor(age))} old
        {refreshed ? ', refreshed without the live line' : '; countdowns stand still'}.{' '}
        {wait > 0 ? `Trying again in ${wait} s.` : 'Trying again now.'}
      </p>
      <Button size="compact-sm" variant="default" h="var(--tap)" onClick={connection.retryNow}>
        Try now
      </Button>
    </div>
  );
}
