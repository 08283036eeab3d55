import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { problemType } from '../problems/problem-answer.ts';
import { ProblemError, toProblem } from '../problems/problem-error.ts';

/** How long a refused client may take to read why, before its connection is cut. */
const lingerMs = 1_000;

/**
 * Answers requests that never reach a route: what is no HTTP, what asks for what is not offered, what names no host.
 * `refuse` is for what cannot be read at all; `listen` sees to the rest.
 */
export function createTransportProblems() {
  const asked = new WeakMap<Duplex, { request: IncomingMessage; response: ServerResponse }>();
  return {
    refuse(error: Error & { code?: string; rawPacket?: unknown }, socket: Duplex): void {
      const last = asked.get(socket);
      // The rest of a request that is answered already: a second answer would be taken for that to the next one.
      const answered = last && !last.request.complete && last.response.headersSent;
      if (error.code === 'ECONNRESET' || answered) socket.destroy();
      else writeProblem(socket, problemOf(error.code, error.rawPacket), isHead(error.rawPacket));
    },
    listen(app: FastifyInstance): void {
      app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        asked.set(request.socket, { request, response });
      });
      app.server.on('checkExpectation', refuseExpectation);
      app.server.on('connect', (_request: IncomingMessage, socket: Duplex) =>
        writeProblem(
          socket,
          new ProblemError(405, 'method-not-allowed', 'Lastgood is no proxy: CONNECT is not offered.'),
        ),
      );
      app.addHook('onRequest', async ({ raw }) => checkTarget(raw));
    },
  };
}

/** https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
function checkTarget({ headers, rawHeaders, httpVersion, url }: IncomingMessage): void {
  if (headers.host === undefined && httpVersion === '1.1')
    throw new ProblemError(400, 'invalid-request', 'Send the header host: HTTP/1.1 asks for it.');
  const hosts = rawHeaders.filter((text, index) => index % 2 === 0 && /^host$/i.test(text));
  if (hosts.length > 1) throw new ProblemError(400, 'invalid-request', 'Send one header host, not several.');
  if (url === '*') throw new ProblemError(400, 'invalid-request', 'Name an address instead of *.');
}

function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = written(
    new ProblemError(
      417,
      'invalid-request',
      'Only the expectation 100-continue can be met. Leave Expect out.',
    ),
  );
  response.writeHead(status, headers).end(body);
}

/** A method as HTTP writes it, before an address. https://www.rfc-editor.org/rfc/rfc9110#section-9.1 */
const methodOfRequest = /^([\w!#$%&'*+.^`|~-]{1,30}) \S+ HTTP\/1\.[01]\r?\n/;

/** @param packet what was read last, in which the parser found the fault */
function problemOf(code: string | undefined, packet?: unknown): ProblemError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ProblemError(
        408,
        'invalid-request',
        'The request did not arrive in time. Send it in one go.',
      );
    case 'HPE_HEADER_OVERFLOW':
      return new ProblemError(
        431,
        'too-large',
        'The address and the headers are larger than 16 KiB. Send less.',
      );
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ProblemError(413, 'too-large', 'The chunk extensions are larger than 16 KiB. Send none.');
    case 'HPE_INVALID_METHOD': {
      const [, method] = Buffer.isBuffer(packet)
        ? (methodOfRequest.exec(packet.toString('latin1', 0, 20_000)) ?? [])
        : [];
      if (method === undefined) return noRequest();
      const known = 'The API uses GET, HEAD, POST, PUT, PATCH and DELETE, in capitals.';
      return new ProblemError(400, 'invalid-request', `There is no method ${method}. ${known}`);
    }
    default:
      return noRequest();
  }
}

/** What answers HEAD has no body, or its reader takes that for the next answer. */
function isHead(packet: unknown): boolean {
  return Buffer.isBuffer(packet) && packet.toString('latin1', 0, 5) === 'HEAD ';
}

function noRequest(): ProblemError {
  return new ProblemError(400, 'invalid-request', 'This is not a request as HTTP/1.1 writes it.');
}

function written(problem: ProblemError) {
  const body = JSON.stringify(toProblem(problem, null));
  const headers = {
    'content-type': problemType,
    'content-length': String(Buffer.byteLength(body)),
    'x-content-type-options': 'nosniff',
    connection: 'close',
  };
  return { status: problem.status, headers, body };
}

/** Answers on the bare connection, and lets go of it when the client has had time to read. */
function writeProblem(socket: Duplex, problem: ProblemError, headOnly = false): void {
  if (!socket.writable) return;
  const { status, headers, body } = written(problem);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // A client that is gone by now needs no answer.
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${headOnly ? '' : body}`);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
