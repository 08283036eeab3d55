import { Label, Text } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { literals, named, nullable, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';

/** More are not looked through by anybody who writes a query. */
const most = 5_000;

const MetricNames = named(
  'MetricNames',
  Type.Object({
    names: Type.Array(Type.String()),
    isCut: Type.Boolean({ description: 'There are more.' }),
    problem: nullable(Type.String(), 'Why the metric source could not be asked.'),
  }),
);

export const metricNames = defineEndpoint({
  operationId: 'metricNames',
  method: 'GET',
  url: '/metric-names',
  lane: 'asking',
  tag: 'triggers',
  summary: 'Names that the metric source has, for whoever writes a query',
  querystring: strict({
    of: literals(['metrics', 'labels', 'values']),
    metric: Type.Optional(Text(1_000, { description: 'Only of this one.' })),
    label: Type.Optional(Label({ description: 'Whose values.' })),
    cluster: Type.Optional(Label({ description: 'Whose source is asked; by default the first one.' })),
  }),
  answer: MetricNames,
  async handle({ metrics, ports, clock, settings }, { query: { cluster, ...wanted } }) {
    const signal = AbortSignal.timeout(settings.clusterDeadlineMs);
    const where = cluster ?? ports.rollout.clusters()[0] ?? '';
    const { names, isCut, problem } = await metrics.names(wanted, where, clock.now(), signal);
    return { names: names.slice(0, most), isCut: isCut || names.length > most, problem };
  },
});
