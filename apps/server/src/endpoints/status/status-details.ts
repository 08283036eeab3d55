import type { AlertSourceRows } from '@lastgood/store/views/alert-sources';
import { defineEndpoint } from '../endpoint.ts';
import { heardQuestion } from './signal-state.ts';
import { toStatusDetails } from './status-details-dto.ts';
import { StatusDetails } from './status-details-schema.ts';

const hourMs = 60 * 60_000;
/** Of a question to our own database. */
const withinMs = 5_000;
const nothingTold: AlertSourceRows = { alerts: [], services: [] };

export const statusDetails = defineEndpoint({
  operationId: 'statusDetails',
  method: 'GET',
  url: '/status/details',
  tag: 'overview',
  summary: 'Every source, cluster, notifier and replica, and what each outage means for which services',
  answer: StatusDetails,
  async handle(deps) {
    const now = deps.clock.now();
    const names = deps.configured.signals.map(({ name }) => name);
    const [evaluator, rows, untold, told, seen] = await Promise.all([
      deps.store.views.evaluator(now - hourMs),
      deps.store.views.status(now - hourMs, now),
      deps.store.views.untoldPlaces(now - 24 * hourMs),
      names.length === 0 ? nothingTold : deps.store.views.alertSources(),
      names.length === 0
        ? []
        : deps.store.alerts.readAlerts(names.map(heardQuestion), now, AbortSignal.timeout(withinMs)),
    ]);
    return toStatusDetails(deps, evaluator, { ...rows, untold, told, seen }, now);
  },
});
