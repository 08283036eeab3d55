import { Type } from 'typebox';
import { iso } from '../../wire/instant.ts';
import { IdParams, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { DeploymentReadings } from './deployment-schema.ts';
import { noDeployment } from './no-deployment.ts';
import { toSeries } from './readings-dto.ts';

/** More points than this are not drawn; the range is cut to the newest. */
const longestRangeMs = 7 * 24 * 60 * 60_000;

export const deploymentReadings = defineEndpoint({
  operationId: 'deploymentReadings',
  method: 'GET',
  url: '/deployments/:id/readings',
  tag: 'deployments',
  summary: 'The readings of every trigger of a deployment, for its charts',
  params: IdParams,
  querystring: strict({
    from: Type.Optional(
      Type.String({ format: 'date-time', description: "Default: the deployment's start." }),
    ),
    to: Type.Optional(
      Type.String({ format: 'date-time', description: 'Default: now, or the end of its watch.' }),
    ),
  }),
  answer: DeploymentReadings,
  async handle({ store, clock, settings }, { params: { id }, query }) {
    const row = await store.views.deploymentTriggers(id);
    if (!row) throw noDeployment(id);
    const { startedAt, watchClosedAt } = row.deployment;
    const to = query.to === undefined ? (watchClosedAt ?? clock.now()) : Date.parse(query.to);
    const from = Math.max(query.from === undefined ? startedAt : Date.parse(query.from), to - longestRangeMs);
    const rows = await store.views.readings(id, from, to);
    return {
      from: iso(from),
      to: iso(Math.max(from, to)),
      intervalSeconds: settings.intervalMs / 1000,
      series: toSeries(rows, row.triggers),
    };
  },
});
