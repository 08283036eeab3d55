import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound, ProblemError, toProblem } from '../problems/problem-error.ts';
import { validationProblem } from '../problems/validation-problem.ts';

/** Every fault leaves as RFC 9457 problem details: https://www.rfc-editor.org/rfc/rfc9457 */
export function problems(
  app: FastifyInstance,
  isDatabaseDown: (error: unknown) => boolean,
  sendPage: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null,
): void {
  app.setErrorHandler((error: FastifyError | ProblemError, request, reply) => {
    const problem = problemOf(error, isDatabaseDown);
    if (problem.kind === 'internal-error') request.log.error({ err: error }, 'request failed');
    else if (problem.status >= 500)
      request.log.warn({ reason: String(error) }, 'request could not be served');
    return sendProblem(request, reply, problem);
  });
  app.setNotFoundHandler((request, reply) => {
    const what = `There is no ${request.method} ${request.url.split('?')[0]}. The API is described at /api/docs.`;
    return sendPage(request, reply) ?? sendProblem(request, reply, notFound(what));
  });
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: ProblemError): FastifyReply {
  if (problem.retryAfter !== null) reply.header('retry-after', String(problem.retryAfter));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(toProblem(problem, String(request.id)));
}

function problemOf(
  error: FastifyError | ProblemError,
  isDatabaseDown: (error: unknown) => boolean,
): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error.validation) return validationProblem(error.validation, error.validationContext ?? 'body');
  if (isDatabaseDown(error)) {
    return new ProblemError(
      503,
      'database-down',
      'Lastgood cannot reach its database. Nothing was changed; ask again in a moment.',
      { retryAfter: 2 },
    );
  }
  if (error.statusCode && error.statusCode < 500) return fromFramework(error, error.statusCode);
  return new ProblemError(
    500,
    'internal-error',
    'An unexpected fault; the log has it under this request id.',
  );
}

function fromFramework(error: FastifyError, status: number): ProblemError {
  switch (status) {
    case 413:
      return new ProblemError(413, 'too-large', 'The body is larger than 1 MiB. Send less.');
    case 415:
      return new ProblemError(415, 'not-json', 'Send the header content-type: application/json.');
    default:
      return new ProblemError(status, 'invalid-request', `${error.message}.`.replace(/\.\.$/, '.'));
  }
}
