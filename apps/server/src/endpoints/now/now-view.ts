import { defineEndpoint } from '../endpoint.ts';
import { readStandings } from '../standing/read-standings.ts';
import { toStatusDto } from '../status/status-dto.ts';
import { mostRows, shownOf, toNowView } from './now-dto.ts';
import { NowView } from './now-schema.ts';

/** How long a finished run stays on the Now page. */
const recentlyFinishedMs = 60 * 60_000;

export const nowView = defineEndpoint({
  operationId: 'nowView',
  method: 'GET',
  url: '/now',
  tag: 'overview',
  summary: 'What is watched, pending, firing and rolling back',
  answer: NowView,
  async handle(deps) {
    const { store, clock } = deps;
    const now = clock.now();
    const standings = await readStandings(deps, null, now);
    const [rows, undelivered] = await Promise.all([
      store.views.now(now - recentlyFinishedMs, shownOf(standings).slice(0, mostRows)),
      store.views.undelivered(),
    ]);
    return toNowView(rows, standings, toStatusDto(deps, rows.evaluator, undelivered, now), now);
  },
});
