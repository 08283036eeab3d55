import type { HttpProbe } from '@lastgood/domain';
import type { FastifyBaseLogger } from 'fastify';

/** A probe that writes what it found to the log, which is not for everybody, and passes on the rest. */
export function loggedProbe(probe: HttpProbe, log: Pick<FastifyBaseLogger, 'info'>): HttpProbe {
  return {
    refusal: probe.refusal,
    async get(url, signal) {
      const result = await probe.get(url, signal);
      if (result.kind !== 'unreachable' || result.detail === undefined) return result;
      const { detail, ...shown } = result;
      // The path may hold a key.
      log.info({ asked: URL.parse(url)?.host, detail }, 'an http check could not be asked');
      return shown;
    },
  };
}
