const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2m`, `1m30s`, `90s` in milliseconds; a number is of seconds, as everywhere in a declaration. Null where it is no duration. */
export function durationMs(written: string | number): number | null {
  if (typeof written === 'number') return written >= 0 && Number.isFinite(written) ? written * 1000 : null;
  if (/^\d+(\.\d+)?$/.test(written)) return Number(written) * 1000;
  if (!/^(\d+(ms|[smhd]))+$/.test(written)) return null;
  const parts = [...written.matchAll(/(\d+)(ms|[smhd])/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (unitMs[unit] ?? 0), 0);
}

/** 90_000 -> "1m30s", 0 -> "0s": as it is written in a file. */
export function writtenDuration(ms: number): string {
  const whole = Object.entries({ h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }).reduce(
    ({ text, left }, [unit, each]) => {
      const count = Math.floor(left / each);
      return { text: count > 0 ? `${text}${count}${unit}` : text, left: left - count * each };
    },
    { text: '', left: ms },
  );
  return whole.text === '' ? '0s' : whole.text;
}
