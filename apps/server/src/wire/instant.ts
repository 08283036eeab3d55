import { latestInstant, soundInstant } from '@lastgood/domain';

/** Instants are epoch milliseconds inside and ISO strings on the wire. */
export function iso(at: number): string;
export function iso(at: number | null): string | null;
export function iso(at: number | null): string | null {
  return at === null ? null : new Date(soundInstant(at)).toISOString();
}

export function seconds(ms: number): number;
export function seconds(ms: number | null): number | null;
export function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

const earliestInstant = 0;

/**
 * An instant as RFC 3339 writes it that this program can reckon with, which leaves out leap seconds: JavaScript and PostgreSQL
 * have no number for them. https://www.rfc-editor.org/rfc/rfc3339#section-5.6
 */
export function isInstantText(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/.test(text)) return false;
  const at = Date.parse(text);
  return at >= earliestInstant && at <= latestInstant && isDayOfCalendar(text);
}

/** `Date.parse` reads 30 February as 2 March. */
function isDayOfCalendar(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
