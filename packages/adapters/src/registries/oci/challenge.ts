/** How a registry wants to be asked: the first scheme of its answer that is spoken here. */
export type Challenge =
  | { scheme: 'basic' }
  | { scheme: 'bearer'; realm: string; service: string | null; scope: string | null };

const schemes = /(?:^|,)\s*(basic|bearer)(?=\s|$|,)/gi;
const parameters = /([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/gi;

/**
 * Reads WWW-Authenticate; null where it names nothing that is spoken here.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export function readChallenge(header: string | string[] | undefined): Challenge | null {
  const text = (Array.isArray(header) ? header.join(', ') : (header ?? '')).slice(0, 8_192);
  const found = [...text.matchAll(schemes)];
  for (const [index, match] of found.entries()) {
    if (match[1]?.toLowerCase() === 'basic') return { scheme: 'basic' };
    const given = text.slice(match.index + match[0].length, found[index + 1]?.index);
    const members = new Map(
      [...given.matchAll(parameters)].map(([, name = '', quoted, bare]) => [
        name.toLowerCase(),
        quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '',
      ]),
    );
    const realm = members.get('realm');
    if (realm)
      return {
        ...{ scheme: 'bearer', realm },
        ...{ service: members.get('service') ?? null, scope: members.get('scope') ?? null },
      };
  }
  return null;
}
