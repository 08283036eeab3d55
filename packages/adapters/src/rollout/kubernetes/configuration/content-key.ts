import { createHmac, hkdfSync } from 'node:crypto';
import { mostKeys } from '@lastgood/domain/workload/configuration';
import { openSealed, seal } from '../../../sealing/seal.ts';
import { type Content, contentText, readContent } from './content.ts';

/** Seals contents and tells by digests whether two are the same. Of no use to whoever has not the key: not even to guess a short value. */
export interface ContentKey {
  /** `hmac-sha256:KEY:...`; digests of two keys cannot be compared. */
  digest(content: Content): string;
  /** Key to the beginning of a digest of its value; at most `mostKeys`. */
  keys(content: Content): Record<string, string>;
  /** Base64. */
  seal(content: Content): string;
  /** Null where it is not what the digest says, or sealed with another key. */
  open(digest: string, sealed: string): Content | null;
}

/** Characters of a key's digest: enough to tell two values of one key apart. */
const shortDigest = 16;

/**
 * One secret, three keys: none of what is made with one tells of another. https://datatracker.ietf.org/doc/html/rfc5869
 *
 * @param secret base64 of 32 bytes
 */
export function createContentKey(secret: string): ContentKey {
  const derived = (purpose: string) =>
    Buffer.from(
      hkdfSync('sha256', Buffer.from(secret, 'base64'), '', `lastgood configuration ${purpose}`, 32),
    );
  const [sealing, digesting, naming] = [derived('sealing'), derived('digest'), derived('name')];
  const name = naming.toString('hex').slice(0, 8);
  const hmac = (text: string) => createHmac('sha256', digesting).update(text).digest('hex');
  const digest = (content: Content) => `hmac-sha256:${name}:${hmac(`content\0${contentText(content)}`)}`;
  return {
    digest,
    keys: ({ data, binaryData }) =>
      Object.fromEntries(
        [...Object.entries(data), ...Object.entries(binaryData)]
          .slice(0, mostKeys)
          .map(([key, value]) => [key, hmac(`key\0${key}\0${value}`).slice(0, shortDigest)]),
      ),
    seal: (content) => seal(sealing, digest(content), Buffer.from(contentText(content))).toString('base64'),
    open(expected, sealed) {
      const clear = openSealed(sealing, expected, Buffer.from(sealed, 'base64'));
      return clear && readContent(clear.toString());
    },
  };
}
