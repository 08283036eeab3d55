/** A row of statistics: field to value. */
export type StatRow = Record<string, string>;

/** By name of the backend and of the server. A line is `S.<backend>.<server>.<position>.<field>.<process>:<tags>:<type>:<value>`. */
export function readServerStats(text: string): StatRow[] {
  const rows = new Map<string, StatRow>();
  for (const line of text.split('\n')) {
    const [, id, field, value] = /^S\.(\d+\.\d+)\.\d+\.(\w+)\.\d+:\w+:\w+:(.*)$/.exec(line) ?? [];
    if (id === undefined || field === undefined || value === undefined) continue;
    const row = rows.get(id) ?? {};
    row[field] = value;
    rows.set(id, row);
  }
  return [...rows.values()];
}

/**
 * `UP` alone: every check of late has passed. `UP 1/3` is one that is failing, or one that has not been checked since the
 * start and is taken for well. `unchecked`: there is no health check that could tell.
 */
export function healthOf(status: string): 'ready' | 'not-ready' | 'unchecked' {
  if (status === 'no check') return 'unchecked';
  return status === 'UP' || status === 'DRAIN' ? 'ready' : 'not-ready';
}
