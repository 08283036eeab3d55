/** Label names to values, in the order of their names; a label with an empty value is no label. */
export type Labels = ReadonlyMap<string, string>;

export const metricName = '__name__';

export function labelsOf(entries: Iterable<readonly [string, string]>): Labels {
  const present = new Map<string, string>();
  for (const [name, value] of entries) {
    if (value === '') present.delete(name);
    else present.set(name, value);
  }
  return new Map([...present].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Two label sets are the same exactly when their keys are. */
export function keyOf(labels: Labels): string {
  let key = '';
  for (const [name, value] of labels) key += `${name}\u0001${value}\u0000`;
  return key;
}

export function without(labels: Labels, names: ReadonlySet<string>): Labels {
  return new Map([...labels].filter(([name]) => !names.has(name)));
}

export function only(labels: Labels, names: ReadonlySet<string>): Labels {
  return new Map([...labels].filter(([name]) => names.has(name)));
}

const nameOnly: ReadonlySet<string> = new Set([metricName]);

export function withoutName(labels: Labels): Labels {
  return labels.has(metricName) ? without(labels, nameOnly) : labels;
}

/** `{a="1", b="2"}`, for sentences. */
export function describeLabels(labels: Labels): string {
  return `{${[...labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}
