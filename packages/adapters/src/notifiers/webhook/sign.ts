import { createHmac } from 'node:crypto';

/**
 * The key in a Standard Webhooks secret: `whsec_` and base64 of 24 to 64 bytes. Throws when it is none.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
export function readSecret(secret: string): Buffer {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.alloc(0);
  if (key.length < 24 || key.length > 64) {
    throw new Error('webhook secret: write whsec_ and the base64 of 24 to 64 random bytes.');
  }
  return key;
}

/** The headers that let a receiver check sender, freshness and content, and tell a repeated delivery. */
export function signedHeaders(
  key: Buffer,
  id: string,
  timestampSeconds: number,
  body: string,
): Record<string, string> {
  const signature = createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': `v1,${signature}`,
  };
}
