/** A value in the unit of its trigger, as the server writes readings: `8.2 %`, `5.4 s`, `14.4×`, `3 restarts`. */
export function formatValue(value: number | null, unit: string): string {
  if (value === null) return 'no number';
  if (unit === 'ratio') return `${significant(value * 100)} %`;
  if (unit === '') return significant(value);
  return unit === 'x' ? `${significant(value)}×` : `${significant(value)} ${unit}`;
}

function significant(value: number): string {
  const size = Math.abs(value);
  const places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.01 || size === 0 ? 2 : 4;
  return String(Number(value.toFixed(places)));
}
