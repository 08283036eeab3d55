import type { EvaluatorRow } from '@lastgood/store/views/view-rows';
import { catalogOf } from '../catalog/catalog-of.ts';
import type { OperationDependencies } from '../dependencies.ts';
import { toTimelineEvent } from '../dto/deployment-dto.ts';
import { iso } from '../dto/instant.ts';
import { toEvaluatorStatus, toNowView } from '../dto/now-dto.ts';
import type { Operations, Wire } from '../operations.ts';
import { given, idOf, readPage } from './paging.ts';

const hourMs = 60 * 60_000;
/** How long a finished run stays on the Now page. */
const recentlyFinishedMs = 15 * 60_000;

export function overviewOperations(
  deps: OperationDependencies,
): Pick<Operations, 'nowView' | 'systemStatus' | 'catalog' | 'listEvents'> {
  const { store, clock } = deps;
  return {
    async nowView() {
      const now = clock.now();
      const [rows, undelivered] = await Promise.all([
        store.views.now(now - recentlyFinishedMs),
        store.views.undelivered(),
      ]);
      return toNowView(rows, statusOf(deps, rows.evaluator, undelivered, now), now);
    },
    async systemStatus() {
      const now = clock.now();
      const [evaluator, undelivered] = await Promise.all([
        store.views.evaluator(now - hourMs),
        store.views.undelivered(),
      ]);
      return statusOf(deps, evaluator, undelivered, now);
    },
    catalog: async () => catalogOf(deps.configured, deps.sources),
    listEvents: ({ service, deployment, run, ...page }) =>
      readPage(
        page,
        (limit) =>
          store.views.events({ ...given({ service, deployment, run, before: idOf(page.cursor) }), limit }),
        toTimelineEvent,
        (event) => event.id,
      ),
  };
}

function statusOf(
  { settings, sources, sandbox }: OperationDependencies,
  evaluator: EvaluatorRow,
  undelivered: number,
  now: number,
): Wire<'SystemStatus'> {
  return {
    at: iso(now),
    version: settings.version,
    sandbox: sandbox !== null,
    replica: settings.replica,
    evaluator: toEvaluatorStatus(evaluator, settings.intervalMs, now),
    sources: sources.all().map(({ kind, title, name, health, since }) => ({
      kind,
      title,
      name,
      up: health.up,
      reason: health.up ? null : health.reason,
      since: iso(since),
    })),
    undelivered,
  };
}
