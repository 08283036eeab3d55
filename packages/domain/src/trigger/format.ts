import { isoInstant } from '../iso-instant.ts';
import { waitsForPod } from './not-known-yet.ts';
import type { Reading } from './reading.ts';
import type { Comparison } from './trigger-frame.ts';

/**
 * A duration with its units, for beside times of day "1:34" would read as one: "45 s", "2 min", "1 min 34 s", "1 h 5 min", "2 d 3 h".
 * Rounded down to whole seconds, from an hour on to minutes, from a day on to hours.
 */
export function formatSpan(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const parts: [number, string][] = [
    [Math.floor(total / 86_400), 'd'],
    [Math.floor(total / 3600) % 24, 'h'],
    [Math.floor(total / 60) % 60, 'min'],
    [total % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const said = first === -1 ? parts.slice(-1) : parts.slice(first, first + 2);
  return said
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** 400 -> "0.4 s"; 14_000 -> "14 s"; from a minute on as `formatSpan`. Rounded down, as all durations. */
export function formatTenths(ms: number): string {
  if (ms >= 60_000) return formatSpan(ms);
  return `${Math.max(0, Math.floor(ms / 100)) / 10} s`;
}

/** The time of day of an instant in UTC: "14:03:07 UTC". */
export function formatClock(at: number): string {
  const ofDay = Math.floor(at / 1000) % 86_400;
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(ofDay / 3600))}:${two(Math.floor((ofDay % 3600) / 60))}:${two(ofDay % 60)} UTC`;
}

/** The time of day of an instant, with its date where that is a day from `now` and more: "2026-11-28 12:30:00 UTC". */
export function formatMoment(at: number, now: number): string {
  return Math.abs(now - at) < 86_400_000 ? formatClock(at) : formatInstant(at);
}

/** An instant with its day, for what is read at another time: "2026-11-28 12:30:00 UTC". */
export function formatInstant(at: number): string {
  return `${isoInstant(at).slice(0, 10)} ${formatClock(at)}`;
}

/** A number with its unit as people read it: 0.082 ratio -> "8.2 %", 5.4 s -> "5.4 s". */
export function formatValue(value: number, unit: string): string {
  return formatNumber(value, unit, significant);
}

/**
 * A value as it stands beside its limit: with as many digits as tell the two apart, where both would read the same. 0.05001 ratio beside
 * 0.05 -> "5.001 %".
 */
export function formatBeside(value: number, limit: number, unit: string): string {
  const beside = formatValue(limit, unit);
  const said = formatValue(value, unit);
  if (said !== beside || value === limit) return said;
  const more = [3, 4, 5, 6, 8, 10, 12, 15].map((digits) =>
    formatNumber(value, unit, (number) => String(Number(number.toPrecision(digits)))),
  );
  return more.find((one) => one !== beside) ?? said;
}

function formatNumber(value: number, unit: string, digits: (value: number) => string): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (unit === 'ratio') return `${digits(value * 100)} %`;
  if (unit === '') return digits(value);
  if (unit === 'x') return `${digits(value)}×`;
  const text = digits(value);
  return `${text} ${text === '1' ? singular(unit) : unit}`;
}

/** "pods" of one are a pod. Short units, as s, ms or rps, and words like "bus" have no plural to take back. */
function singular(unit: string): string {
  // A series is one, and a cache loses its last letter as a crash loses two: what cannot be told is left as it is.
  if (/(series|ches)$/.test(unit)) return unit;
  if (/[a-z]ies$/.test(unit)) return `${unit.slice(0, -3)}y`;
  if (/(sh|ss|x)es$/.test(unit)) return unit.slice(0, -2);
  return /^[a-z ]{2,}[a-hj-oqrtv-z]s$/.test(unit) ? unit.slice(0, -1) : unit;
}

/** @param limit what it is held against beside it; null where nothing is */
export function formatReading(reading: Reading, unit: string, limit: number | null = null): string {
  switch (reading.kind) {
    case 'value':
      return limit === null ? formatValue(reading.value, unit) : formatBeside(reading.value, limit, unit);
    case 'no-data':
      return 'no data';
    case 'not-a-number':
      return 'not a number (no traffic?)';
    case 'unreachable':
      return reading.reason === waitsForPod ? waitsForPod : answered(reading.reason);
    case 'ambiguous':
      return `${reading.count} series where one was expected`;
  }
}

/** What a source answered in place of a number. It said a sentence; here more follows. */
export function answered(reason: string): string {
  return `could not ask: ${reason.replace(/\.$/, '')}`;
}

/** Why a question is in trouble, in words: `answered` where a source said so, which stays in the house; null when it is not. */
export function troubleInWords({
  reading,
  troubleReason: why,
}: {
  reading: Reading | null;
  troubleReason: string | null;
}): string | null {
  if (why === null || why === waitsForPod) return why;
  return reading === null || reading.kind === 'value' || reading.kind === 'unreachable' ? answered(why) : why;
}

export function comparisonSign(comparison: Comparison): '>' | '<' {
  return comparison === 'greater_than' ? '>' : '<';
}

function significant(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  // What is not nothing does not read as nothing.
  if (size < 0.0001) return String(Number(value.toPrecision(2)));
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return String(Number(value.toFixed(size < 0.01 ? 4 : digits)));
}
