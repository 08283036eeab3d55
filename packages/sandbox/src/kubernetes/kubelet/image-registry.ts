import { createHash } from 'node:crypto';

/**
 * Which content an image reference means. A tag has a digest made from its name, and another one each time it is
 * moved; a reference pinned by digest always means the same content.
 */
export interface ImageRegistry {
  /** Undefined for a digest nobody has ever seen: it cannot be pulled. */
  resolve(reference: string): { taggedImage: string; digest: string } | undefined;
  /** The `imageID` of a container status: `repository@sha256:...`. */
  imageId(reference: string): string;
  /** Lets a tag mean new content from now on; pods that run keep what they have. Answers the new digest. */
  move(taggedImage: string): string;
  dump(): ImageRegistryDump;
}

export interface ImageRegistryDump {
  moves: [taggedImage: string, times: number][];
  known: [digest: string, taggedImage: string][];
}

export function createImageRegistry(dump?: ImageRegistryDump): ImageRegistry {
  const moves = new Map(dump?.moves);
  const known = new Map(dump?.known);

  const digestOf = (taggedImage: string): string => {
    const content = `${taggedImage}#${moves.get(taggedImage) ?? 0}`;
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    known.set(digest, taggedImage);
    return digest;
  };
  const resolve: ImageRegistry['resolve'] = (reference) => {
    const [tagged = '', digest] = reference.split('@');
    if (!digest) return { taggedImage: tagged, digest: digestOf(tagged) };
    const taggedImage =
      known.get(digest) ?? (hasTag(tagged) && digestOf(tagged) === digest ? tagged : undefined);
    return taggedImage === undefined ? undefined : { taggedImage, digest };
  };
  return {
    resolve,
    imageId(reference) {
      const digest = reference.split('@')[1] ?? digestOf(reference);
      return `${withoutTag(reference.split('@')[0] ?? '')}@${digest}`;
    },
    move(taggedImage) {
      digestOf(taggedImage);
      moves.set(taggedImage, (moves.get(taggedImage) ?? 0) + 1);
      return digestOf(taggedImage);
    },
    dump: () => ({ moves: [...moves], known: [...known] }),
  };
}

function hasTag(reference: string): boolean {
  return /:[^/:]+$/.test(reference);
}

function withoutTag(reference: string): string {
  return reference.replace(/:[^/:]+$/, '');
}
