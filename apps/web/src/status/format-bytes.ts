const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes in one unit of thousands, two digits where they say something: `812 kB`, `1.4 GB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? Number(value.toFixed(1)) : Math.round(value)} ${units[power]}`;
}
