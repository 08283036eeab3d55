import { constants } from 'node:zlib';
import fastifyCompress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** A smaller answer fits in one packet as it is. */
const leastBytes = 1_024;

/**
 * Answers are sent as small as the caller can read them. What is read from their lengths (BREACH) is no secret here: no
 * answer holds a token, and a page of another site cannot make a browser ask with one. What callers send is taken as it is: a
 * body that is unpacked may be any size.
 */
export async function compression(app: FastifyInstance): Promise<void> {
  await app.register(fastifyCompress, {
    threshold: leastBytes,
    encodings: ['br', 'gzip'],
    globalDecompression: false,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    zlibOptions: { level: 5 },
  });
}
