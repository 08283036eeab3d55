/**
 * Why a text is no address that Lastgood keeps, shows or asks, as what follows its name in a sentence; null when it is one.
 * What stands in an address is shown and logged, so a user or a password in it is refused, whether it is right or not.
 */
export function unfitWebAddress(text: string): string | null {
  // The parser would drop line breaks and tabs in silence, and a reader sees another address than a browser opens.
  if (/[\s\p{Cc}]/u.test(text)) return 'must not contain spaces, line breaks or control characters.';
  const url = URL.parse(text);
  if (!url) return 'is not a URL.';
  const { protocol, username, password } = url;
  if (protocol !== 'http:' && protocol !== 'https:')
    return `must be http or https, not ${protocol.slice(0, -1).slice(0, 40)}.`;
  // `https:example.com` is an address to the parser, and a path to a browser that has a page open.
  if (!/^https?:\/\//i.test(text)) return 'must begin with http:// or https://.';
  if (username !== '' || password !== '' || /^[^/]*\/\/[^/?#\\]*@/.test(text))
    return 'must not carry a user name or password: remove what stands before the @.';
  return null;
}
