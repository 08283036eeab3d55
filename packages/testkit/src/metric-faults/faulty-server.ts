import { text } from 'node:stream/consumers';
import type { SeriesStore } from '@lastgood/sandbox/metrics/series-store';
import { type LocalServer, startLocalServer } from '../servers/local-server.ts';
import type { SourceFault } from './fault-plan.ts';
import { answered } from './simulated-prometheus.ts';

/** Over HTTP what is simulated elsewhere: the query API over a store of samples, with one thing wrong at a time. */
export async function startFaultyServer(
  store: SeriesStore,
  fault: () => SourceFault | null,
): Promise<LocalServer> {
  const cached = new Map<string, string>();
  return startLocalServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const [query, at] = [form.get('query') ?? '', Math.round(Number(form.get('time')) * 1000)];
    const now = fault();
    if (now === 'silent') return;
    if (now === 'refused') {
      response.destroy();
      return;
    }
    const answer = answered(
      { store, isLeft: (pod) => pod.endsWith('-0') },
      query,
      at,
      now,
      cached.get(query),
    );
    if (answer.kind !== 'answered') throw new Error('a server always answers');
    if (now === null) cached.set(query, answer.body.toString());
    response.writeHead(answer.status, { 'content-type': answer.contentType }).end(answer.body);
  });
}
