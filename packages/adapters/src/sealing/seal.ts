import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const [algorithm, nonceBytes, tagBytes] = ['aes-256-gcm', 12, 16] as const;

/**
 * Nonce, tag and what they seal. `what` names the thing and is sealed with it, so that it opens as nothing else.
 *
 * @param key 32 bytes
 */
export function seal(key: Buffer, what: string, clear: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(what));
  const sealed = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Null where this key does not open it whole, or not as that thing. */
export function openSealed(key: Buffer, what: string, sealed: Buffer): Buffer | null {
  try {
    const nonce = sealed.subarray(0, nonceBytes);
    const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes);
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
      .setAAD(Buffer.from(what))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
  } catch {
    return null;
  }
}
