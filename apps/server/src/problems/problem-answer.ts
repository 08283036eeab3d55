import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ProblemError, toProblem } from './problem-error.ts';

export const problemType = 'application/problem+json';

/** Answers with the problem. Stands for itself: also where a request is refused before any hook has seen it. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: ProblemError,
): FastifyReply {
  if (problem.retryAfter !== null) reply.header('retry-after', String(problem.retryAfter));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(problem.status)
    .type(problemType)
    .header('x-content-type-options', 'nosniff')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(toProblem(problem, String(request.id)));
}
