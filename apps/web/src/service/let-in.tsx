import type { Hold } from '@lastgood/api-client';
import { useUndoRelease } from '@lastgood/api-client/queries';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNow } from '../clock/use-now.ts';
import { makeStale } from '../live/stale-keys.ts';

/** Undo of a release, for as long as the server takes it. */
export function LetIn({ hold, onOver }: { hold: Hold; onOver: () => void }) {
  const queries = useQueryClient();
  const now = useNow();
  const left = Math.ceil((Date.parse(hold.undoReleaseUntil ?? hold.placedAt) - now) / 1000);
  const undo = useUndoRelease({
    mutation: {
      onSuccess() {
        onOver();
        return makeStale(queries, { resource: 'hold', id: hold.id });
      },
    },
  });
  const over = left <= 0 && undo.isIdle;
  useEffect(() => {
    if (over) onOver();
  }, [over, onOver]);
  if (undo.error) return <p role="alert">Not undone: {undo.error.message}</p>;
  return (
    <Button
      variant="default"
      h="var(--tap)"
      autoFocus
      loading={undo.isPending}
      onClick={() => undo.mutate({ id: hold.id })}
    >
      Undo ({Math.max(left, 0)} s)
    </Button>
  );
}
