import { UsageError } from './usage-error.ts';
import { required } from './words.ts';

const minutesIn = { m: 1, h: 60, d: 1440 } as const;

/** Whole minutes of a time such as `30m`, `4h` or `2d`. */
export function minutesOf(value: string | undefined, option: string): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(required(value, option)) ?? [];
  if (count === undefined || unit === undefined)
    throw new UsageError(`--${option} takes a time such as 30m, 4h or 2d, not "${value}"`);
  return Number(count) * minutesIn[unit as keyof typeof minutesIn];
}
