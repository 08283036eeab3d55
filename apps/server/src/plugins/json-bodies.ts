import type { FastifyInstance } from 'fastify';
import { shapeProblem } from '../problems/body-shape.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { findUnsound, type Unsound } from '../problems/unsound-value.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * JSON only, in UTF-8 (https://www.rfc-editor.org/rfc/rfc8259#section-8.1); an empty body is an absent one, so that commands
 * without input need none. A compressed body is refused: how large it becomes cannot be seen. What a database or a parser stumbles over is refused here, wherever it stands in the body.
 */
export function jsonBodies(app: FastifyInstance): void {
  app.addHook('preParsing', async (request, reply) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
    if (encoding === 'identity' || request.method === 'GET' || request.method === 'HEAD') return;
    // https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16
    reply.header('accept-encoding', 'identity');
    throw new ProblemError(415, 'not-json', 'Send the body as it is, without the header content-encoding.');
  });
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = decoded(body);
    if (text === null) done(notJson('it is not UTF-8'));
    else if (text === '') done(null, undefined);
    else {
      const misshapen = shapeProblem(text);
      if (misshapen) return done(unsoundProblem({ path: '', message: misshapen }));
      void parse(request, text, (error, value) => {
        if (error) done(notJson(wordsOf(error)));
        else {
          const unsound = findUnsound(value);
          done(unsound && unsoundProblem(unsound), value);
        }
      });
    }
  });
}

function decoded(body: string | Buffer): string | null {
  if (typeof body === 'string') return body;
  try {
    return utf8.decode(body);
  } catch {
    return null;
  }
}

function notJson(why: string): ProblemError {
  return new ProblemError(400, 'invalid-request', `The body cannot be read as JSON: ${why}.`);
}

/** The parser's own words name parts of the body and of the program; a reader needs only the kind of fault. */
function wordsOf(error: Error): string {
  return /prototype/.test(error.message)
    ? 'a member is named __proto__, or constructor with a prototype'
    : 'it is broken or cut off';
}

function unsoundProblem(unsound: Unsound): ProblemError {
  const { path, message } = unsound;
  return new ProblemError(422, 'invalid-request', `body${path || '/'}: ${message}.`, { errors: [unsound] });
}
