const unitMs: Record<string, number> = {
  ...{ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 },
  ...{ d: 86_400_000, w: 604_800_000, y: 31_536_000_000 },
};

/** "1h30m", "-5m", or a plain number of seconds, in milliseconds; null for what is computed or no duration. */
export function readDurationMs(text: string): number | null {
  const [, sign = '', size = ''] = /^\s*([+-]?)\s*(\S+)\s*$/.exec(text) ?? [];
  const factor = sign === '-' ? -1 : 1;
  if (/^\d+(\.\d+)?$/.test(size)) return factor * Number(size) * 1_000;
  if (!/^(\d+(ms|[smhdwy]))+$/.test(size)) return null;
  const parts = [...size.matchAll(/(\d+)(ms|[smhdwy])/g)];
  return factor * parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0), 0);
}

/** "2m", "1m30s": as a query says it. */
export function durationText(ms: number): string {
  if (ms % 1_000 !== 0) return `${Math.round(ms)}ms`;
  const [minutes, seconds] = [Math.floor(ms / 60_000), (ms % 60_000) / 1_000];
  return `${minutes > 0 ? `${minutes}m` : ''}${seconds > 0 || minutes === 0 ? `${seconds}s` : ''}`;
}
