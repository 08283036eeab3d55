import { effectiveTriggers } from '@lastgood/domain';
import { declareService } from '../../declaration/declare-service.ts';
import { queriesOfChecks, queriesOfTriggers } from '../../declaration/declared-queries.ts';
import { findSeries } from '../../declaration/find-series.ts';
import { ServiceInput } from '../../declaration/service-input-schema.ts';
import { tryEach } from '../../declaration/try-each.ts';
import { iso } from '../../wire/instant.ts';
import { defineEndpoint } from '../endpoint.ts';
import { ServiceParams } from '../services/service-params.ts';
import { ServiceTrial } from './discovery-schema.ts';

export const tryService = defineEndpoint({
  operationId: 'tryService',
  method: 'POST',
  url: '/services/:cluster/:namespace/:name/trial',
  lane: 'asking',
  tag: 'services',
  summary: 'What the triggers and checks of a declaration answer now; nothing is saved',
  params: ServiceParams,
  body: ServiceInput,
  answer: ServiceTrial,
  async handle({ store, ports, metrics, probe, clock, configured, settings }, { params, body }) {
    const sets = await store.triggerSets.list();
    const clusters = ports.rollout.clusters();
    const { service, warnings } = await declareService(params, body, {
      clusters,
      sets,
      queries: metrics,
      probe,
      notifiers: configured.notifiers.map(({ name }) => name),
    });
    const [known] = await store.deployments.followed([service.key]);
    const triggers = effectiveTriggers(service, sets);
    const queries = [...queriesOfTriggers(triggers, metrics), ...queriesOfChecks(service)];
    const asked = { at: clock.now(), signal: AbortSignal.timeout(settings.clusterDeadlineMs) };
    const trial = { service, latest: known?.latest ?? null };
    const [tried, series] = await Promise.all([
      tryEach(metrics, { queries, triggers, trial, ...asked }),
      findSeries(metrics, { service, ...asked }),
    ]);
    return { at: iso(asked.at), service: service.key, queries: tried, series, warnings };
  },
});
