import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';

/** An answer as it was given, to be given again. */
export interface StoredAnswer {
  status: number;
  location: string | null;
  body: string;
}

export type Begun =
  /** Ours to do. A retry after a crash is given the id of the first attempt, so that it makes nothing twice. */
  | { kind: 'begun'; operationId: string }
  | { kind: 'replay'; answer: StoredAnswer }
  | { kind: 'in-progress' }
  | { kind: 'other-request' };

export interface IdempotencyKeys {
  begin(request: { scope: string; key: string; fingerprint: string; operationId: string }): Promise<Begun>;
  finish(scope: string, key: string, answer: StoredAnswer): Promise<void>;
  /** The request failed; the key may be used again. */
  abandon(scope: string, key: string): Promise<void>;
}

interface Held {
  scope: string;
  key: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while this request holds its Idempotency-Key. */
    heldKey: Held | null;
  }
}

/**
 * `Idempotency-Key` on the routes that ask for it, after
 * https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header: malformed 400, under way 409, reused for
 * another request 422, else the first answer again. Only successes are kept: a refusal can be put right and sent again.
 */
export function idempotency(app: FastifyInstance, keys: IdempotencyKeys, newId: () => string): void {
  app.decorateRequest('heldKey', null);
  app.decorateRequest('operation');
  app.addHook('preHandler', async (request, reply) => {
    if (!request.routeOptions.config.idempotent) return;
    const key = keyOf(request.headers['idempotency-key']);
    request.operation = { id: newId(), key };
    if (key !== null) return begin(keys, request, reply, key);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const held = request.heldKey;
    if (!held) return payload;
    request.heldKey = null;
    if (reply.statusCode < 300 && typeof payload === 'string') {
      const location = reply.getHeader('location');
      await keys.finish(held.scope, held.key, {
        status: reply.statusCode,
        location: typeof location === 'string' ? location : null,
        body: payload,
      });
    } else {
      await keys.abandon(held.scope, held.key).catch((error: unknown) => {
        // The key frees itself when its lock runs out; the answer on its way matters more.
        request.log.warn({ err: error }, 'an Idempotency-Key could not be given back');
      });
    }
    return payload;
  });
}

async function begin(
  keys: IdempotencyKeys,
  request: FastifyRequest,
  reply: FastifyReply,
  key: string,
): Promise<FastifyReply | undefined> {
  const held = { scope: `${request.caller.kind}:${request.caller.name}`, key };
  const begun = await keys.begin({
    ...held,
    fingerprint: fingerprintOf(request),
    operationId: request.operation.id,
  });
  switch (begun.kind) {
    case 'begun':
      request.heldKey = held;
      request.operation = { id: begun.operationId, key };
      return undefined;
    case 'replay':
      return replay(reply, begun.answer);
    case 'in-progress':
      throw new ProblemError(
        409,
        'idempotency-key',
        'A request with this Idempotency-Key is under way. Ask again in a moment for its answer.',
        {},
        1,
      );
    case 'other-request':
      throw new ProblemError(
        422,
        'idempotency-key',
        'This Idempotency-Key was used for another request. Use a new key for a new request.',
      );
  }
}

function replay(reply: FastifyReply, answer: StoredAnswer): FastifyReply {
  if (answer.location !== null) reply.header('location', answer.location);
  return reply
    .code(answer.status)
    .type('application/json; charset=utf-8')
    .header('idempotent-replayed', 'true')
    .serializer((body: unknown) => String(body))
    .send(answer.body);
}

/** The draft writes keys as quoted strings; bare ones are as clear. */
function keyOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const match =
    typeof header === 'string' ? /^(?:"([\x20-\x7e]{1,255})"|([\x21-\x7e]{1,255}))$/.exec(header) : null;
  const key = match?.[1] ?? match?.[2];
  if (key === undefined) {
    throw new ProblemError(
      400,
      'idempotency-key',
      'The Idempotency-Key must be one value of 1 to 255 printable characters, such as a UUID.',
    );
  }
  return key;
}

function fingerprintOf(request: FastifyRequest): string {
  const content = JSON.stringify([request.method, request.url, sorted(request.body)]);
  return createHash('sha256').update(content).digest('hex');
}

/** The order of members does not make another request. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, inner]) => [key, sorted(inner)]);
}
