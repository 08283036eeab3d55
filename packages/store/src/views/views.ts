import { onlyRow } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { loadAlertSources } from './alert-sources.ts';
import { loadDeploymentDetail, loadDeploymentTriggers } from './deployment.ts';
import { loadEvaluator } from './evaluator.ts';
import { historyViews } from './history.ts';
import { loadIncident } from './incident.ts';
import { loadAsksOf, loadJudgedDecision } from './judged-decision.ts';
import { loadNow } from './now.ts';
import { orderedAbort } from './ordered-aborts.ts';
import { loadPastDeployments, loadTriggeredServices } from './past-deployments.ts';
import { runViews } from './runs.ts';
import { serviceViews } from './services.ts';
import { loadStandings } from './standings.ts';
import { loadStatus } from './status.ts';
import { loadTargets } from './targets.ts';
import { loadUntoldPlaces } from './untold-places.ts';
import type { Views } from './view-rows.ts';

/** What screens read. */
export function createViews(context: StoreContext): Views {
  return {
    ...historyViews(context),
    ...runViews(context),
    ...serviceViews(context),
    now: (finishedSince, shown = []) => loadNow(context, finishedSince, shown),
    standings: (keys, readWithinMs = 5 * 60_000) => loadStandings(context, keys, readWithinMs),
    evaluator: (missedSince) => loadEvaluator(context.sql, missedSince),
    deployment: (id) => loadDeploymentDetail(context, id),
    targets: (id) => loadTargets(context, id),
    deploymentTriggers: (id) => loadDeploymentTriggers(context, id),
    status: (since, now) => loadStatus(context, since, now),
    alertSources: () => loadAlertSources(context),
    untoldPlaces: (since) => loadUntoldPlaces(context.sql, since),
    orderedAbort: (asked) => orderedAbort(context.sql, asked),
    pastDeployments: (asked) => loadPastDeployments(context, asked),
    triggeredServices: (asked) => loadTriggeredServices(context, asked),
    incident: (id) => loadIncident(context, id),
    judgedDecision: (of) => loadJudgedDecision(context, of),
    asksOf: (id, slots, queries) => loadAsksOf(context, id, slots, queries),
    async undelivered() {
      const found = await context.sql<{ count: number }>(
        `select count(*) as count from outbox where status = 'pending'
           and (attempts > 0 or not_before is null or not_before <= clock_timestamp())`,
      );
      return onlyRow(found).count;
    },
  };
}
