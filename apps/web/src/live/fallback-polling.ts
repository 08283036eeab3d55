import { ApiError } from '@lastgood/api-client';
import { type Query, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { isBusy } from '../asking/ask-again.ts';
import { useLive, useLiveState } from './live-provider.tsx';

const everyMs = 5000;
/** A hint can be lost even on a living line; everything shown is asked again this often. */
const anywayMs = 300_000;

/** Without the live line the page still asks: every few seconds, as long as REST answers. */
export function useFallbackPolling(): void {
  const queries = useQueryClient();
  const { connection } = useLive();
  const lost = useLiveState().phase === 'lost';
  useEffect(() => {
    const refetch = async () => {
      const active = queries.getQueryCache().findAll({ type: 'active' });
      await queries.refetchQueries({ type: 'active' });
      if (active.length > 0 && active.every(({ state }) => isAnswered(state))) connection.refreshed();
      const refusal = active.flatMap(({ state: { error } }) => (error instanceof ApiError ? error : []));
      const [unable] = refusal.filter(({ status }) => status >= 500);
      if (unable) connection.refused(unable.problem.title);
    };
    if (lost) void refetch();
    const timer = setInterval(() => void refetch(), lost ? everyMs : anywayMs);
    return () => clearInterval(timer);
  }, [queries, connection, lost]);
}

/** Whether the server said how it is: that there is no such thing, or not for this token, is an answer too. */
export function isAnswered({ status, error }: Pick<Query['state'], 'status' | 'error'>): boolean {
  if (!error) return status === 'success';
  return error instanceof ApiError && error.status < 500 && !isBusy(error);
}
