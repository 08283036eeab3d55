import { truncate } from '../../truncate.ts';

/** What a person looks for first, first. */
export const aspects = [
  'image',
  'env',
  'resources',
  'probe',
  'command',
  'volume',
  'flag',
  'schema',
  'traffic',
  'config',
  'infrastructure',
  'gitops',
  'other',
] as const;

export type Aspect = (typeof aspects)[number];

/** One thing in which two releases differ, for a person to read. Texts have at most `longestText` characters. */
export interface Difference {
  aspect: Aspect;
  /** Where, in words: "Deployment web, container app, env LOG_LEVEL". */
  path: string;
  /** Null where there was nothing, or nothing that is known. */
  before: string | null;
  after: string | null;
  kind: 'added' | 'removed' | 'changed';
  /** The values may be secret, so they are not told: that they differ is. */
  hidden: boolean;
}

/** In what two releases differ. */
export interface Differences {
  /** At most `mostListed`, by aspect. */
  items: Difference[];
  /** How many more there are. */
  more: number;
  /** What could not be compared, in words: "what v42 (release 3) set on Deployment web is not recorded". */
  unknown: string[];
}

export const mostListed = 40;
export const longestText = 200;

/** What a person reads of all that was found: the graver aspects first, so much of it as a screen has room for. */
export function listed(found: readonly Difference[], unknown: readonly string[] = []): Differences {
  const rank = ({ aspect }: Difference) => aspects.indexOf(aspect);
  const inOrder = [...found].sort((a, b) => rank(a) - rank(b));
  const items = inOrder.slice(0, mostListed).map((one) => ({
    ...one,
    path: shortened(one.path),
    before: one.before && shortened(one.before),
    after: one.after && shortened(one.after),
  }));
  return { items, more: inOrder.length - items.length, unknown: unknown.slice(0, mostListed).map(shortened) };
}

function shortened(text: string): string {
  return truncate(text, longestText);
}

/** The same seen from the other side. */
export function reversed({ before, after, kind, ...rest }: Difference): Difference {
  const turned = { added: 'removed', removed: 'added', changed: 'changed' } as const;
  return { ...rest, before: after, after: before, kind: turned[kind] };
}

/** "image v42 → v41, 2 other changes"; null where nothing differs. */
export function inFewWords({ items, more }: Pick<Differences, 'items' | 'more'>): string | null {
  const images = items.filter(({ aspect }) => aspect === 'image');
  const others = items.length - images.length + more;
  const named = images.slice(0, 2).map(({ before, after }) => `image ${tag(before)} → ${tag(after)}`);
  const rest = others + Math.max(0, images.length - 2);
  const other = named.length > 0 ? 'other ' : '';
  if (rest > 0) named.push(`${rest} ${other}${rest === 1 ? 'change' : 'changes'}`);
  return named.length > 0 ? named.join(', ') : null;
}

/** What tells two images of one name apart: the tag, else the beginning of the digest. */
function tag(image: string | null): string {
  if (image === null) return 'none';
  const [name = image, digest] = image.split('@');
  return name.match(/:([^/:]+)$/)?.[1] ?? (digest ? digest.slice(0, 19) : name);
}
