/** What a receiver that people log in to is taken for: no receiver of messages answers one in markup. */
export function isWebPage(text: string): boolean {
  return text.trimStart().startsWith('<');
}

/** Whether an answer is a JSON object, as each of an API is; a page of a login, or of a proxy on the way, is none. */
export function isObject({ json }: { json: unknown }): boolean {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/**
 * What to say of a success that is none of the receiver's own answers, to stand behind its status. Null where it is no success.
 * @param what the body of the answer
 */
export function aboutForeign(status: number, what: string): string | null {
  if (status < 200 || status >= 300) return null;
  const found = isWebPage(what) ? 'a web page, as where one has to log in' : 'something else';
  return ` That is none of its own answers, but ${found}: look at its address, and at what stands before it.`;
}
