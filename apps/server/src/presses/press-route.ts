import { normalizeIP } from '@fastify/rate-limit';
import type { Press, Presses } from '@lastgood/domain';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import { notFound, ProblemError } from '../problems/problem-error.ts';
import { pressAddress } from '../security/signed-addresses.ts';
import { actOnPress, type PressDependencies } from './act-on-press.ts';

export interface PressRouteDependencies extends Omit<PressDependencies, 'onFault'> {
  /** By the names of their notifiers: those whose buttons are configured. */
  presses: ReadonlyMap<string, Presses>;
  /** Epoch milliseconds. */
  now: () => number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What was pressed, once it is known who sent it; null where nothing is to be done. */
    press: Press | null;
  }
}

/**
 * So much of what nobody signed is answered and logged of one address; of more it is only said that it is too much. The address is open to the
 * internet, and behind an ingress everybody has the same one: what is signed is never refused for what is not.
 */
const unsignedPerSecond = 20;

/** Who sent a press is told within three seconds that it arrived; what came of it may take longer. */
const answeredWithinMs = 2_000;
const toldWithinMs = 15_000;

/**
 * Where the receivers of messages send the presses of their buttons. Not there unless one is configured: what is signed is judged
 * by its very bytes, before anything of them is read.
 */
export async function pressRoute(app: FastifyInstance, deps: PressRouteDependencies): Promise<void> {
  const { presses, now } = deps;
  if (presses.size === 0) return;
  await app.register(async (scope) => {
    const refusalOf = refusalsOf(app);
    scope.decorateRequest('press', null);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post<{ Params: { notifier: string } }>(
      pressAddress,
      {
        schema: { hide: true },
        config: { lane: 'acting', signed: true },
        onRequest: async ({ params, url }) => {
          if (!presses.has(params.notifier)) throw nothingAt(url);
        },
        preValidation: async (request) => {
          const { notifier } = request.params;
          const reading = presses
            .get(notifier)
            ?.read({ headers: request.headers, body: bytesOf(request) }, now());
          if (!reading) throw nothingAt(request.url);
          if (reading.kind === 'refused') throw await refusalOf(request, notifier, reading.reason);
          request.signedFor = notifier;
          request.press = reading.kind === 'press' ? reading.press : null;
        },
      },
      async (request, reply) => {
        const { press, params } = request;
        const of = presses.get(params.notifier);
        if (of && press) {
          const { act: what, about, by } = press;
          request.log.info({ notifier: params.notifier, act: what, about, by }, 'a button was pressed');
          await within(answeredWithinMs, act(deps, of, press, request.log));
        }
        return reply.code(200).send();
      },
    );
  });
}

/** What whoever did not sign is told. */
function refusalsOf(app: FastifyInstance) {
  const unsigned = app.createRateLimit({
    ...{ max: unsignedPerSecond, timeWindow: 1_000 },
    keyGenerator: ({ ip }) => `unsigned ${normalizeIP(ip)}`,
  });
  return async (request: FastifyRequest, notifier: string, reason: string): Promise<ProblemError> => {
    const rate = await unsigned(request);
    if (!rate.isAllowed && rate.isExceeded) return tooMany(rate.ttlInSeconds);
    request.log.warn({ notifier, reason }, 'a press was refused');
    return new ProblemError(401, 'unauthorized', `This request is not heard: ${reason}.`);
  };
}

function tooMany(retryAfter: number): ProblemError {
  const words = `Too much comes from this address that nobody has signed. Ask again in ${retryAfter} s.`;
  return new ProblemError(429, 'too-many-requests', words, { retryAfter });
}

function nothingAt(url: string): ProblemError {
  return notFound(`There is no POST ${url.split('?')[0]?.slice(0, 200)}.`);
}

function bytesOf({ body }: FastifyRequest): Uint8Array {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Does what was pressed for, and tells whoever pressed. Never throws. */
async function act(
  deps: PressRouteDependencies,
  of: Presses,
  press: Press,
  log: FastifyBaseLogger,
): Promise<void> {
  const onFault = (error: unknown) => log.error({ err: error }, 'a press failed');
  try {
    const answer = await actOnPress({ ...deps, onFault }, press);
    const untold = await of.answer(press, answer, AbortSignal.timeout(toldWithinMs));
    if (untold !== null) log.warn({ by: press.by, reason: untold }, 'whoever pressed could not be told');
  } catch (error) {
    onFault(error);
  }
}

/** What takes longer goes on. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
