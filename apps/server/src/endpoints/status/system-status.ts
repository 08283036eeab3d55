import { defineEndpoint } from '../endpoint.ts';
import { readStandings } from '../standing/read-standings.ts';
import { toFleetDto } from '../standing/standing-dto.ts';
import { toStatusDto } from './status-dto.ts';
import { StatusView } from './status-schema.ts';

const hourMs = 60 * 60_000;

export const systemStatus = defineEndpoint({
  operationId: 'systemStatus',
  method: 'GET',
  url: '/status',
  tag: 'overview',
  summary: 'How Lastgood itself, the systems it depends on and the fleet are',
  answer: StatusView,
  async handle(deps) {
    const { store, clock } = deps;
    const now = clock.now();
    const [evaluator, undelivered, standings] = await Promise.all([
      store.views.evaluator(now - hourMs),
      store.views.undelivered(),
      readStandings(deps, null, now),
    ]);
    const status = toStatusDto(deps, evaluator, undelivered, now);
    return { ...status, fleet: toFleetDto(standings.fleet()) };
  },
});
