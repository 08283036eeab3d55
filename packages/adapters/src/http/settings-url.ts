/**
 * A URL out of the configuration. Throws with a sentence that names the setting and not its value, which may hold a
 * password: a wrong setting stops the start, not the first incident. `instead` names where a user and a password belong.
 */
export function settingsUrl(url: string, setting: string, instead: string): URL {
  if (!URL.canParse(url)) throw new Error(`${setting}: this is not a URL.`);
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new Error(`${setting}: only http and https are spoken, not ${parsed.protocol.slice(0, -1)}.`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new Error(`${setting}: write the user and the password into ${instead}, not into the URL.`);
  }
  return parsed;
}
