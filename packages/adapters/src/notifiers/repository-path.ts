/**
 * The path of a repository out of what a configuration or a route says of it: the path itself (`acme/shop`), or an address below the
 * host, such as where the service's commits are shown (`https://github.com/acme/shop/commit/{commit}`).
 * Null where it is neither: a token goes to the configured host only, so an address of another one is none.
 * @param web where people reach the host
 */
export function repositoryPath(text: string, web: URL): string[] | null {
  const path = /^https?:\/\//i.test(text) ? pathBelow(text, web) : text;
  if (path === null) return null;
  const parts = path.replace(/^\/+|\/+$/g, '').split('/');
  return parts.every((part) => /^[A-Za-z0-9_{}.~-]+$/.test(part) && !/^\.+$/.test(part)) ? parts : null;
}

function pathBelow(text: string, web: URL): string | null {
  const url = URL.parse(text.replace(/[?#].*$/, ''));
  const root = `${web.pathname.replace(/\/+$/, '')}/`;
  if (!url || url.host !== web.host || url.username !== '' || url.password !== '') return null;
  // The parser encodes braces, and no name has them.
  const path = url.pathname.replaceAll('%7B', '{').replaceAll('%7D', '}');
  return path.startsWith(root) ? path.slice(root.length) : null;
}
