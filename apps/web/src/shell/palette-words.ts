/** What is searched for in `roll back checkout to v41`: the service alone. */
export function serviceWords(query: string): string {
  return query
    .trim()
    .replace(/^roll\s*back\b\s*/i, '')
    .replace(/\s+to\b.*$/i, '');
}
