const digits = (value: number): string => {
  const size = Math.abs(value);
  const places = size === 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return String(Number(value.toFixed(places)));
};

/** A value in the unit of its trigger, as the server writes it: `8.2 %`, `5.4 s`, `14.4x`, `3 restarts`. */
export function formatValue(value: number | null, unit: string): string {
  if (value === null) return 'no number';
  if (unit === 'ratio') return `${Number((value * 100).toFixed(Math.abs(value) < 0.1 ? 1 : 0))} %`;
  if (unit === 'x') return `${digits(value)}x`;
  if (unit === 's' && value !== 0 && Math.abs(value) < 1) return `${Math.round(value * 1000)} ms`;
  return unit === '' ? digits(value) : `${digits(value)} ${unit}`;
}
