import type { Presses } from '@lastgood/domain';
import type { FastifyInstance } from 'fastify';
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
          if (!presses.has(params.notifier))
            throw notFound(`There is no POST ${url.split('?')[0]?.slice(0, 200)}.`);
        },
      },
      async (request, reply) => {
        const { params, headers, body, log } = request;
        const of = presses.get(params.notifier);
        if (!of) throw notFound('There is no such notifier.');
        const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
        const reading = of.read({ headers, body: bytes }, now());
        if (reading.kind === 'refused') {
          log.warn({ notifier: params.notifier, reason: reading.reason }, 'a press was refused');
          throw new ProblemError(401, 'unauthorized', `This request is not heard: ${reading.reason}.`);
        }
        if (reading.kind === 'press') {
          const { press } = reading;
          const { act, about, by } = press;
          log.info({ notifier: params.notifier, act, about, by }, 'a button was pressed');
          const onFault = (error: unknown) => log.error({ err: error }, 'a press failed');
          const acted = actOnPress({ ...deps, onFault }, press).then(async (answer) => {
            const untold = await of.answer(press, answer, AbortSignal.timeout(toldWithinMs));
            if (untold !== null) log.warn({ by, reason: untold }, 'whoever pressed could not be told');
          });
          await within(answeredWithinMs, acted.catch(onFault));
        }
        return reply.code(200).send();
      },
    );
  });
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
