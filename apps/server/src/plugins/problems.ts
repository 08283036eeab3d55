import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { largestBody } from '../problems/body-shape.ts';
import { excerpt } from '../problems/listed-faults.ts';
import { sendProblem } from '../problems/problem-answer.ts';
import { notFound, ProblemError } from '../problems/problem-error.ts';
import { validationProblem } from '../problems/validation-problem.ts';

/** Every fault leaves as RFC 9457 problem details: https://www.rfc-editor.org/rfc/rfc9457 */
export function problems(
  app: FastifyInstance,
  isDatabaseDown: (error: unknown) => boolean,
  sendPage: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null,
): void {
  app.setErrorHandler((error: FastifyError | ProblemError, request, reply) => {
    const problem = problemOf(error, request, isDatabaseDown);
    if (problem.kind === 'internal-error') request.log.error({ err: error }, 'request failed');
    else if (problem.status >= 500)
      request.log.warn({ reason: String(error) }, 'request could not be served');
    return sendProblem(request, reply, problem);
  });
  app.setNotFoundHandler((request, reply) => {
    return sendPage(request, reply) ?? sendProblem(request, reply, nothingAt(request));
  });
}

function nothingAt({ method, url }: FastifyRequest): ProblemError {
  return notFound(
    `There is no ${method} ${excerpt(url.split('?')[0] ?? '')}. The API is described at /api/docs.`,
  );
}

/** What the framework refuses before a hook has seen it: an address that cannot be decoded, or a name in it that is too long. */
export function refuseAddress(
  { statusCode }: { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const problem =
    statusCode === 414
      ? new ProblemError(
          414,
          'invalid-request',
          'A name in this address is too long. No name has so many letters.',
        )
      : new ProblemError(
          400,
          'invalid-request',
          'This address cannot be decoded: after % stand two hexadecimal digits, and the bytes are UTF-8.',
        );
  sendProblem(request, reply, problem);
}

function problemOf(
  error: FastifyError | ProblemError,
  request: FastifyRequest,
  isDatabaseDown: (error: unknown) => boolean,
): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error.validation) return validationProblem(error.validation, error.validationContext ?? 'body');
  if (isDatabaseDown(error)) {
    return new ProblemError(
      503,
      'database-down',
      `${error.message.replace(/^t/, 'T')}. Ask again in a moment, a POST with the same Idempotency-Key: nothing is done twice.`,
      { retryAfter: 2 },
    );
  }
  if (error.statusCode && error.statusCode < 500) return fromFramework(error, error.statusCode, request);
  return new ProblemError(
    500,
    'internal-error',
    'An unexpected fault; the log has it under this request id.',
  );
}

function fromFramework(error: FastifyError, status: number, request: FastifyRequest): ProblemError {
  switch (status) {
    case 413:
      return new ProblemError(413, 'too-large', `The body is larger than ${largestBody.inWords}. Send less.`);
    case 403:
      // Of the files of the web app alone: a folder, what no file may be called, what lies outside. None of them is there.
      return nothingAt(request);
    case 415:
      return new ProblemError(415, 'not-json', 'Send the header content-type: application/json.');
    default:
      return new ProblemError(status, 'invalid-request', `${error.message}.`.replace(/\.\.$/, '.'));
  }
}
