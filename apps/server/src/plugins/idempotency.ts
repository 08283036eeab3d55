import { createHash } from 'node:crypto';
import type { Idempotency } from '@lastgood/store';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';
import { routeOf } from './route-of.ts';

/** An answer as it was given, to be given again. */
export interface StoredAnswer {
  status: number;
  location: string | null;
  body: string;
}

interface Held {
  scope: string;
  key: string;
  holder: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while this request holds its Idempotency-Key. */
    heldKey: Held | null;
  }
}

/**
 * `Idempotency-Key` on every POST of the API, after
 * https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header: malformed 400, under way 409, reused for
 * another request 422, else the first answer again. Only successes are kept: a refusal can be put right and sent again.
 */
export function idempotency(
  app: FastifyInstance,
  keys: Idempotency,
  replica: string,
  newId: () => string,
): void {
  app.decorateRequest('heldKey', null);
  app.decorateRequest('operation');
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST' || !routeOf(request).startsWith('/api/v1/')) return;
    const key = keyOf(request.headers['idempotency-key']);
    request.operation = { id: newId(), key };
    if (key !== null) return begin(request, reply, { keys, holder: replica, key });
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const held = request.heldKey;
    if (!held) return payload;
    request.heldKey = null;
    if (reply.statusCode < 300 && typeof payload === 'string') {
      const location = reply.getHeader('location');
      const answer: StoredAnswer = {
        status: reply.statusCode,
        location: typeof location === 'string' ? location : null,
        body: payload,
      };
      await keys.finish(held, answer);
    } else {
      const givenBack = keys.abandon(held).catch((error: unknown) => {
        // The key frees itself when its lock runs out; the answer on its way matters more.
        request.log.warn({ err: error }, 'an Idempotency-Key could not be given back');
      });
      // A database that hangs would hold up the answer that says so.
      if (reply.statusCode !== 503) await givenBack;
    }
    return payload;
  });
}

/** Whoever has no token may say another name when it sends a request again. */
function account({ kind, name }: FastifyRequest['caller']): string {
  return kind === 'ci' ? `ci:${name}` : 'person:dashboard';
}

async function begin(
  request: FastifyRequest,
  reply: FastifyReply,
  { keys, holder, key }: Pick<Held, 'key' | 'holder'> & { keys: Idempotency },
): Promise<FastifyReply | undefined> {
  const { caller, method, routeOptions } = request;
  const held = { scope: `${account(caller)} ${method} ${routeOptions.url}`, key, holder };
  const begun = await keys.begin({ ...held, fingerprint: fingerprintOf(request) });
  switch (begun.kind) {
    case 'new':
      request.heldKey = held;
      request.operation = { id: begun.operationId, key };
      return undefined;
    case 'replay':
      return replay(reply, begun.response as StoredAnswer);
    case 'in-progress':
      throw new ProblemError(
        409,
        'idempotency-key',
        'A request with this Idempotency-Key is under way. Ask again in a moment for its answer.',
        { retryAfter: 1 },
      );
    case 'mismatch':
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

/** The draft writes keys as quoted strings; bare ones are as clear. A quote within would make two headers look like one key. */
function keyOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const match =
    typeof header === 'string'
      ? /^(?:"([\x20\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/.exec(header)
      : null;
  const key = match?.[1] ?? match?.[2];
  if (key === undefined) {
    throw new ProblemError(
      400,
      'idempotency-key',
      'The Idempotency-Key must be one value of 1 to 255 printable characters without a quote, such as a UUID.',
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
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
