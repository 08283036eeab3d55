import { declareTrigger } from '@lastgood/domain/trigger/declared-trigger';
import { renewNotices, takeBaseline } from '@lastgood/engine';
import { declareService } from '../../declaration/declare-service.ts';
import { queriesOfChecks, queriesOfTriggers } from '../../declaration/declared-queries.ts';
import { overriddenTriggers } from '../../declaration/lint-overrides.ts';
import { refuseUnusable } from '../../declaration/refuse-unusable.ts';
import { holdsInWords } from '../../declaration/review-triggers.ts';
import { ServiceInput } from '../../declaration/service-input-schema.ts';
import { warnOfIdlePolicies, warnOfSources, warnOfWaits } from '../../declaration/warn-of-sources.ts';
import { placesOf, probeReceivers } from '../../outside/probe-receivers.ts';
import { faultInWords } from '../../outside/receivers-in-words.ts';
import { missingRightsOf } from '../../outside/watch-rights.ts';
import { engineDeps } from '../deployments/register.ts';
import { defineEndpoint } from '../endpoint.ts';
import { ServiceParams } from './service-params.ts';
import { readServiceView } from './service-view.ts';
import { ServiceView } from './service-view-schema.ts';

/** Whether a receiver takes its places is told in the answer if it says so by then. */
const probeWithinMs = 3_000;

export const applyService = defineEndpoint({
  operationId: 'applyService',
  method: 'PUT',
  url: '/services/:cluster/:namespace/:name',
  lane: 'asking',
  tag: 'services',
  summary: 'Declare a service; what serves now becomes its presumed good release',
  params: ServiceParams,
  body: ServiceInput,
  answer: ServiceView,
  async handle(deps, { params, body, caller }) {
    const { store, ports, metrics, probe, clock, configured } = deps;
    const sets = await store.triggerSets.list();
    const { service, warnings } = await declareService(params, body, {
      clusters: ports.rollout.clusters(),
      sets,
      queries: metrics,
      probe,
      notifiers: configured.notifiers.map(({ name }) => name),
    });
    const [known] = await store.deployments.followed([service.key]);
    const trials = [{ service, latest: known?.latest ?? null }];
    const doubts = await refuseUnusable(
      deps,
      [...queriesOfTriggers(service.triggers, metrics), ...queriesOfChecks(service)],
      trials,
    );
    await store.services.apply(service, caller.name, clock.now());
    const taken = await takeBaseline(engineDeps(deps), service.key, new AbortController().signal);
    await renewNotices(engineDeps(deps), service.key, new AbortController().signal);
    const deadline = AbortSignal.timeout(deps.settings.clusterDeadlineMs);
    const unfit = await probeReceivers(
      { receivers: deps.receivers, clock, withinMs: probeWithinMs },
      placesOf(deps.receivers, service),
      deadline,
    );
    const rights = await missingRightsOf(ports.rollout, [service], deadline);
    const overridden = overriddenTriggers(service, sets).map(declareTrigger);
    const holds = holdsInWords([...(body.triggers ?? []), ...overridden], deps.settings.judging.intervalMs);
    const sources = warnOfSources(service.triggers, deps.configured.signals);
    const told = [
      ...warnings,
      ...sources,
      ...warnOfWaits(service.triggers),
      ...warnOfIdlePolicies(service.triggers),
      ...holds,
      ...doubts,
      ...taken.warnings,
      ...rights,
      ...unfit.map(faultInWords),
    ];
    const view = await readServiceView(deps, service.key, told);
    const heard = view.unheard === null ? [] : [view.unheard];
    return { ...view, warnings: [...view.warnings, ...heard], baseline: taken.inWords };
  },
});
