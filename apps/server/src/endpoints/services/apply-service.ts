import type { Service } from '@lastgood/domain';
import { lookOnce } from '@lastgood/engine';
import { declareService } from '../../declaration/declare-service.ts';
import { refuseUnusable } from '../../declaration/refuse-unusable.ts';
import { ServiceInput } from '../../declaration/service-input-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { ServiceParams } from './service-params.ts';
import { readServiceView } from './service-view.ts';
import { ServiceView } from './service-view-schema.ts';

export const applyService = defineEndpoint({
  operationId: 'applyService',
  method: 'PUT',
  url: '/services/:cluster/:namespace/:name',
  tag: 'services',
  summary: 'Declare a service; what serves now becomes its presumed good release',
  params: ServiceParams,
  body: ServiceInput,
  answer: ServiceView,
  async handle(deps, { params, body, caller }) {
    const { store, ports, metrics, clock } = deps;
    const { service, warnings } = declareService(params, body, {
      clusters: ports.rollout.clusters(),
      sets: await store.triggerSets.list(),
      lint: metrics.lint,
    });
    const [known] = await store.deployments.followed([service.key]);
    const trials = [{ service, latest: known?.latest ?? null }];
    const doubts = await refuseUnusable(deps, service.triggers, trials);
    await store.services.apply(service, caller.name, clock.now());
    const unseen = await captureBaseline(deps, service);
    return readServiceView(deps, service.key, [...warnings, ...doubts, ...unseen]);
  },
});

/**
 * What serves now becomes the presumed good release, by the follower's own beat for this one service. A cluster that does
 * not answer is a warning: the follower comes back to it.
 */
async function captureBaseline(deps: EndpointDependencies, service: Service): Promise<string[]> {
  const trouble = await lookOnce(
    {
      deployments: deps.store.deployments,
      rollout: deps.ports.rollout,
      clock: deps.clock,
      deadlineMs: deps.settings.clusterDeadlineMs,
    },
    service.key,
    new AbortController().signal,
  );
  return trouble.map(
    (reason) => `What serves now could not be recorded yet (${reason}); Lastgood keeps trying.`,
  );
}
