import { defineEndpoint } from '../endpoint.ts';
import { toStatusDto } from './status-dto.ts';
import { SystemStatus } from './status-schema.ts';

const hourMs = 60 * 60_000;

export const systemStatus = defineEndpoint({
  operationId: 'systemStatus',
  method: 'GET',
  url: '/status',
  tag: 'overview',
  summary: 'How Lastgood itself and the systems it depends on are',
  answer: SystemStatus,
  async handle(deps) {
    const { store, clock } = deps;
    const now = clock.now();
    const [evaluator, undelivered] = await Promise.all([
      store.views.evaluator(now - hourMs),
      store.views.undelivered(),
    ]);
    return toStatusDto(deps, evaluator, undelivered, now);
  },
});
