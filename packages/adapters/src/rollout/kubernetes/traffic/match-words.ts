/** What a rule matches, by the names and never the values: a header or a cookie may hold what is secret. */
export function matchInWords(parts: {
  headers?: readonly string[];
  queryParams?: readonly string[];
  paths?: readonly string[];
}): string {
  const said = [
    ...named('header', parts.headers),
    ...named('query parameter', parts.queryParams),
    ...named('path', parts.paths),
  ];
  return said.length > 0 ? `what matches ${said.join(' and ')}` : 'what it matches';
}

function named(what: string, names: readonly string[] = []): string[] {
  const own = [...new Set(names)];
  return own.length > 0 ? [`${what} ${own.slice(0, 5).join(', ')}`] : [];
}

/** "rule testers", "a rule without a name" */
export function ruleInWords(name: string | null): string {
  return name === null ? 'a rule without a name' : `rule ${name}`;
}
