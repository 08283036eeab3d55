/** A value in the unit of its trigger, as the server writes readings: `8.2 %`, `5.4 s`, `14.4×`, `3 restarts`. */
export function formatValue(value: number | null, unit: string): string {
  if (value === null) return 'no number';
  if (unit === 'ratio') return `${significant(value * 100)} %`;
  if (unit === '') return significant(value);
  if (unit === 'x') return `${significant(value)}×`;
  const text = significant(value);
  return `${text} ${text === '1' ? singular(unit) : unit}`;
}

/** One of what is counted: `1 restart`; short units, as s, ms or rps, stay. */
function singular(unit: string): string {
  // A series is one, and a cache loses its last letter as a crash loses two: what cannot be told is left as it is.
  if (/(series|ches)$/.test(unit)) return unit;
  if (/[a-z]ies$/.test(unit)) return `${unit.slice(0, -3)}y`;
  if (/(sh|ss|x)es$/.test(unit)) return unit.slice(0, -2);
  return /^[a-z ]{2,}[a-hj-oqrtv-z]s$/.test(unit) ? unit.slice(0, -1) : unit;
}

function significant(value: number): string {
  const size = Math.abs(value);
  // What is not nothing does not read as nothing.
  if (size > 0 && size < 0.0001) return String(Number(value.toPrecision(2)));
  const places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.01 || size === 0 ? 2 : 4;
  return String(Number(value.toFixed(places)));
}
