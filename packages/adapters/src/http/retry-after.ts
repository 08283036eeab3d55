/**
 * How long an answer asks to wait, in milliseconds; null when it does not say or cannot be read. Seconds or an HTTP date.
 * A number from outside is never a delay without a ceiling: it may be a day, or no time at all.
 * https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfterMs(
  value: string | string[] | null | undefined,
  now: number,
  ceilingMs: number,
): number | null {
  const text = (Array.isArray(value) ? value[0] : value)?.trim();
  if (!text) return null;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), ceilingMs);
}
