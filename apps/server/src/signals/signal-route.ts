import type { AlertEar, SignalSource } from '@lastgood/domain';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Figures } from '../figures/figures.ts';
import { notFound, ProblemError } from '../problems/problem-error.ts';
import { signalAddress } from '../security/signal-address.ts';

export interface SignalRouteDependencies {
  /** By name: those that are configured. */
  signals: ReadonlyMap<string, SignalSource>;
  alerts: AlertEar;
  figures: Pick<Figures, 'alertMessages'>;
}

/** Some thousand alerts with all their labels and annotations. */
const mostBytes = 4 * 1_048_576;

/**
 * Where others tell of alerts that they evaluate. Answered with success only once it is remembered; whoever tells tries again what fails
 * here, and gives up what is refused. So what cannot be read is remembered, too: from then on nobody can say that no alert fires.
 */
export async function signalRoute(app: FastifyInstance, deps: SignalRouteDependencies): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    scope.post<{ Params: { source: string } }>(
      signalAddress,
      {
        schema: { hide: true },
        config: { lane: 'signals' },
        bodyLimit: mostBytes,
        onRequest: async ({ params: { source } }) => void known(deps, source),
        errorHandler(error, request, reply) {
          countPutOff(deps, request, error);
          if (error.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') throw error;
          refuseTooLarge(deps, request).then(
            (problem) => reply.send(problem),
            (fault: Error) => reply.send(fault),
          );
        },
      },
      async (request, reply) => {
        await hear(deps, known(deps, request.params.source), request);
        return reply.code(204).send();
      },
    );
  });
}

function known({ signals }: SignalRouteDependencies, source: string): SignalSource {
  const found = signals.get(source);
  if (found) return found;
  const names = [...signals.keys()].join(', ') || 'none';
  throw notFound(
    `No source of alerts is called ${source.slice(0, 63)}; under "signals" of the configuration are: ${names.slice(0, 500)}.`,
  );
}

async function hear(
  { alerts, figures }: SignalRouteDependencies,
  { name: source, read }: SignalSource,
  { body, log }: FastifyRequest,
): Promise<void> {
  const reading = read(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
  if (reading.kind === 'unreadable') {
    const { reason } = reading;
    await alerts.heardUnreadable(source, reason);
    figures.alertMessages.inc({ source, outcome: 'refused' });
    log.warn({ source, reason }, 'what was told of alerts could not be read');
    throw new ProblemError(400, 'invalid-request', reason);
  }
  const { message, shortened } = reading;
  await alerts.hear(source, message);
  if (shortened !== undefined) log.info({ source, reason: shortened }, 'a label of an alert was left out');
  const isWhole = message.leavesOut === null;
  figures.alertMessages.inc({ source, outcome: isWhole ? 'heard' : 'heard-in-part' });
  if (!isWhole) log.warn({ source, reason: message.leavesOut }, 'not all that was told of alerts was heard');
}

/** More came than is taken at once; whoever tells tries again. */
function countPutOff(
  { signals, figures }: SignalRouteDependencies,
  { params: { source } }: FastifyRequest<{ Params: { source: string } }>,
  error: Error,
): void {
  if (!(error instanceof ProblemError) || error.kind !== 'too-many-requests' || !signals.has(source)) return;
  figures.alertMessages.inc({ source, outcome: 'put-off' });
}

/** A body that is not even taken in is one that could not be read. */
async function refuseTooLarge(
  { alerts, figures }: SignalRouteDependencies,
  { params, log }: FastifyRequest<{ Params: { source: string } }>,
): Promise<ProblemError> {
  const { source } = params;
  const reason = `The body is larger than ${mostBytes / 1_048_576} MiB: group alerts into smaller groups.`;
  await alerts.heardUnreadable(source, reason);
  figures.alertMessages.inc({ source, outcome: 'refused' });
  log.warn({ source, reason }, 'what was told of alerts could not be read');
  return new ProblemError(413, 'too-large', reason);
}
