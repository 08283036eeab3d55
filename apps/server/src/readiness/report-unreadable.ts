import type { UnreadableRow } from '@lastgood/store';
import type { FastifyBaseLogger } from 'fastify';
import type { Figures } from '../figures/figures.ts';

export interface ReportUnreadableDependencies {
  figures: Pick<Figures, 'unreadableRows'>;
  log: Pick<FastifyBaseLogger, 'error'>;
  now: () => number;
}

const sayAgainAfterMs = 3_600_000;

/** Counts every time that a row was left out; the log names each row once an hour. */
export function reportUnreadable({ figures, log, now }: ReportUnreadableDependencies) {
  const saidAt = new Map<string, number>();
  return ({ table, id, error }: UnreadableRow): void => {
    figures.unreadableRows.inc({ table });
    const row = `${table}/${id}`;
    if (now() - (saidAt.get(row) ?? Number.NEGATIVE_INFINITY) < sayAgainAfterMs) return;
    saidAt.set(row, now());
    log.error(
      { err: error, table, id },
      'a row cannot be read and is left out of its queue until it is mended',
    );
  };
}
