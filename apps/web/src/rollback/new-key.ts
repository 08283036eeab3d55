/** A fresh Idempotency-Key. `randomUUID` exists on secure origins only, so the bytes are drawn here. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
