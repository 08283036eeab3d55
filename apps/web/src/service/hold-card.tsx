import type { Hold } from '@lastgood/api-client';
import { useReleaseHold } from '@lastgood/api-client/queries';
import { Button } from '@mantine/core';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { makeStale } from '../live/stale-keys.ts';
import { showProblem } from '../shell/problem-toast.tsx';
import classes from './hold-card.module.css';

/** A version that was taken back and may not be deployed again until a person says so. */
export function HoldCard({ hold }: { hold: Hold }) {
  const queries = useQueryClient();
  const release = useReleaseHold({
    mutation: {
      onError: showProblem,
      onSuccess: () => makeStale(queries, { resource: 'hold', id: hold.id }),
    },
  });
  return (
    <section className={classes.hold} aria-label="Held version">
      <p className={classes.title}>
        <IconLock size="1rem" aria-hidden />
        {hold.releasedAt ? 'Was held' : 'Held: it may not be deployed again'}
      </p>
      <p>{hold.reason}</p>
      <p className={classes.dim}>
        Placed <Instant at={hold.placedAt} /> by <Link to={`/runs/${hold.runId}`}>this rollback</Link>
        {hold.releasedAt && (
          <>
            , released <Instant at={hold.releasedAt} /> by {hold.releasedBy ?? 'somebody'}
          </>
        )}
      </p>
      <details className={classes.dim}>
        <summary>What is held</summary>
        <code>template {hold.templateDigest}</code>
        {hold.imageDigests.map((digest) => (
          <code key={digest}>image {digest}</code>
        ))}
      </details>
      {!hold.releasedAt && (
        <Button
          variant="default"
          h="var(--tap)"
          leftSection={<IconLockOpen size="1rem" />}
          loading={release.isPending}
          onClick={() => release.mutate({ id: hold.id })}
        >
          Release the hold
        </Button>
      )}
    </section>
  );
}
