import { runOfRollbackDeployment } from '@lastgood/domain';
import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { noDeployment } from './no-deployment.ts';
import { toProofView } from './proof-dto.ts';
import { ProofView } from './proof-schema.ts';

/** The default window of six triggers has 720; of more than this the newest are looked through. */
const mostReadings = 20_000;

export const proofView = defineEndpoint({
  operationId: 'proofView',
  method: 'GET',
  url: '/deployments/:id/proof',
  tag: 'deployments',
  summary: 'What "verified" rests on: slots, worst values, checks, templates',
  params: IdParams,
  answer: ProofView,
  async handle({ store, clock, settings }, { params: { id } }) {
    const row = await store.views.deployment(id);
    if (!row) throw noDeployment(id);
    const { deployment } = row;
    const { completedAt, watchEndsAt } = deployment;
    const [readings, run] = await Promise.all([
      completedAt === null || watchEndsAt === null
        ? []
        : store.views.readings(id, completedAt, watchEndsAt, mostReadings),
      deployment.origin === 'rollback' ? store.views.run(runOfRollbackDeployment(id)) : null,
    ]);
    return toProofView(row, readings, run, settings.judging.intervalMs, clock.now());
  },
});
