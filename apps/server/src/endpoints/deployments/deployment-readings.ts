import { Type } from 'typebox';
import { iso } from '../../wire/instant.ts';
import { GivenInstant, IdParams, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { DeploymentReadings } from './deployment-schema.ts';
import { noDeployment } from './no-deployment.ts';
import { newestSlots, toSeries } from './readings-dto.ts';

/** Longer ranges are not drawn; they are cut to the newest. */
const longestRangeMs = 7 * 24 * 60 * 60_000;
/** More do not fit into an answer, however short each is; see `newestSlots`. */
const mostReadings = 2_500;

export const deploymentReadings = defineEndpoint({
  operationId: 'deploymentReadings',
  method: 'GET',
  url: '/deployments/:id/readings',
  tag: 'deployments',
  summary:
    'The readings of every trigger of a deployment, for its charts, the newest that fit into an answer of 250 KB',
  params: IdParams,
  querystring: strict({
    from: Type.Optional(GivenInstant("Default: the deployment's start.")),
    to: Type.Optional(GivenInstant('Default: now, or when it was read last where it is read no more.')),
  }),
  answer: DeploymentReadings,
  async handle({ store, clock, settings }, { params: { id }, query }) {
    const row = await store.views.deploymentTriggers(id);
    if (!row) throw noDeployment(id);
    const { startedAt } = row.deployment;
    const to = query.to === undefined ? (row.readUntil ?? clock.now()) : Date.parse(query.to);
    const from = Math.max(query.from === undefined ? startedAt : Date.parse(query.from), to - longestRangeMs);
    const newest = await store.views.readings(id, from, to, mostReadings + 1);
    const { rows, earlierTo } = newestSlots(newest, row.triggers, mostReadings);
    return {
      from: iso(earlierTo === null ? from : (rows[0]?.slot ?? from)),
      to: iso(Math.max(from, to)),
      earlierTo: iso(earlierTo),
      intervalSeconds: settings.judging.intervalMs / 1000,
      series: toSeries(rows, row.triggers),
    };
  },
});
