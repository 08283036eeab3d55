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
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post<{ Params: { notifier: string } }>(
      pressAddress,
      {
        schema: { hide: true },
        config: { lane: 'acting' },
        onRequest: async ({ params, url }) => {
          if (!presses.has(params.notifier)) throw nothingAt(url);
        },
      },
      async (request, reply) => {
        const { notifier } = request.params;
        const of = presses.get(notifier);
        if (!of) throw nothingAt(request.url);
        const press = readPress(of, notifier, request, now());
        if (press) await within(answeredWithinMs, act(deps, of, press, request.log));
        return reply.code(200).send();
      },
    );
  });
}

function nothingAt(url: string): ProblemError {
  return notFound(`There is no POST ${url.split('?')[0]?.slice(0, 200)}.`);
}

/** Null where nothing is to be done; throws where nobody knows who sent it. */
function readPress(
  of: Presses,
  notifier: string,
  { headers, body, log }: FastifyRequest,
  now: number,
): Press | null {
  const reading = of.read({ headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) }, now);
  if (reading.kind === 'nothing') return null;
  if (reading.kind === 'press') {
    const { act: what, about, by } = reading.press;
    log.info({ notifier, act: what, about, by }, 'a button was pressed');
    return reading.press;
  }
  log.warn({ notifier, reason: reading.reason }, 'a press was refused');
  throw new ProblemError(401, 'unauthorized', `This request is not heard: ${reading.reason}.`);
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
