/** What would read like two keys, or like none, stands in brackets: `clusters["eu.west"].context`. */
const odd = /^$|[.[\]"\n]/;

/** `metrics.main.url`: where a value stands in the configuration. Two places never have one path. */
export function pathOf(keys: readonly string[]): string {
  return keys.reduce(join, '');
}

export function join(path: string, key: string): string {
  if (odd.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
