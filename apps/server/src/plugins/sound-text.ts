import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';
import { findUnsound } from '../problems/unsound-value.ts';

/** Paths and queries hold no text that the database refuses. Bodies are judged where they are read. */
export function soundText(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ params, query }) => {
    for (const [place, values] of [
      ['path', params],
      ['query parameter', query],
    ] as const) {
      const unsound = findUnsound(values);
      if (!unsound) continue;
      const path = unsound.path.slice(1);
      throw new ProblemError(400, 'invalid-request', `${place} ${path}: ${unsound.message}.`, {
        errors: [{ path, message: unsound.message }],
      });
    }
  });
}
