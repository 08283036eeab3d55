import { defineEndpoint } from '../endpoint.ts';
import { toStatusDetails } from './status-details-dto.ts';
import { StatusDetails } from './status-details-schema.ts';

const hourMs = 60 * 60_000;

export const statusDetails = defineEndpoint({
  operationId: 'statusDetails',
  method: 'GET',
  url: '/status/details',
  tag: 'overview',
  summary: 'Every source, cluster, notifier and replica, and what each outage means for which services',
  answer: StatusDetails,
  async handle(deps) {
    const now = deps.clock.now();
    const [evaluator, rows, untold] = await Promise.all([
      deps.store.views.evaluator(now - hourMs),
      deps.store.views.status(now - hourMs, now),
      deps.store.views.untoldPlaces(now - 24 * hourMs),
    ]);
    return toStatusDetails(deps, evaluator, { ...rows, untold }, now);
  },
});
