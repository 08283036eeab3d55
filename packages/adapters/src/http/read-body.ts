/** A body as far as it was read; `whole` is false when it was longer than allowed. */
export interface ReadBody {
  bytes: Buffer;
  whole: boolean;
}

/** Reads at most `maxBytes` of a body; leaving the loop early closes the connection. */
export async function readBody(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<ReadBody> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), whole: false };
  }
  return { bytes: Buffer.concat(chunks), whole: true };
}
