export const ranges = [
  { value: '', label: 'All time' },
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: 'custom', label: 'From and to' },
] as const;

export type RangeName = (typeof ranges)[number]['value'];

const hour = 3_600_000;
const spans: Partial<Record<RangeName, number>> = { '1h': hour, '24h': 24 * hour, '7d': 168 * hour };

export interface TimeChoice {
  range: string;
  /** As a field for a date and a time writes it, in the viewer's zone: `2026-01-05T14:02`. */
  from: string;
  to: string;
}

export interface Range {
  from?: string;
  to?: string;
}

export function rangeName({ range }: Pick<TimeChoice, 'range'>): RangeName {
  return ranges.find(({ value }) => value === range)?.value ?? '';
}

/** What to ask the server for. A span that ends now begins at a whole minute, so that asking again asks the same. */
export function rangeOf(choice: TimeChoice, now: number): Range {
  const name = rangeName(choice);
  const span = spans[name];
  if (span !== undefined) return { from: new Date(Math.floor((now - span) / 60_000) * 60_000).toISOString() };
  if (name !== 'custom') return {};
  const [from, to] = [isoOf(choice.from), isoOf(choice.to)];
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
}

/** Why a range of one's own cannot be asked for; null when it can. */
export function rangeFault(choice: TimeChoice): string | null {
  const { from, to } = rangeOf(choice, 0);
  if (rangeName(choice) !== 'custom' || !from || !to || from < to) return null;
  return 'The end is not after the beginning. Choose a later end.';
}

function isoOf(local: string): string | null {
  const at = Date.parse(local);
  return Number.isNaN(at) || at < 0 ? null : new Date(at).toISOString();
}
