import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError, toProblem } from '../problems/problem-error.ts';
import type { Lines } from './endpoint.ts';

/** https://github.com/ndjson/ndjson-spec */
export const lineType = 'application/x-ndjson';

/**
 * Answers with lines while they come, at the pace at which they are read. What is thrown before the first of them is a problem as of any
 * request; after that the last line says so, for the status is sent.
 *
 * @param begin is given a signal that aborts when the connection is over, whichever way
 */
export async function sendLines(
  request: FastifyRequest,
  reply: FastifyReply,
  begin: (gone: AbortSignal) => Promise<unknown>,
): Promise<FastifyReply> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  if (reply.raw.closed) gone.abort();
  const lines = (await begin(gone.signal)) as Lines<unknown>;
  return reply
    .type(lineType)
    .header('cache-control', 'no-store')
    .send(Readable.from(written(lines, request)));
}

async function* written(lines: Lines<unknown>, request: FastifyRequest): AsyncGenerator<string> {
  try {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`;
  } catch (error) {
    request.log.error({ err: error }, 'an answer in lines failed');
    const detail = 'An unexpected fault; the log has it under this request id.';
    const problem = toProblem(new ProblemError(500, 'internal-error', detail), String(request.id));
    yield `${JSON.stringify({ type: 'failed', problem })}\n`;
  }
}
