import { compareReleases as compared } from '@lastgood/domain';
import { Id } from '@lastgood/domain/bounds';
import { type Static, Type } from 'typebox';
import { notFound } from '../../problems/problem-error.ts';
import { iso } from '../../wire/instant.ts';
import { Instant, named, ref, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { toReleaseRef } from './deployment-dto.ts';
import { ReleaseRef } from './deployment-schema.ts';
import { toCommitRange, toDifferencesDto } from './difference-dto.ts';
import { CommitRange, Differences } from './difference-schema.ts';
import { noDeployment } from './no-deployment.ts';

const ReleaseComparison = named(
  'ReleaseComparison',
  Type.Object({
    at: Instant,
    service: Type.String(),
    from: ref(ReleaseRef),
    to: ref(ReleaseRef),
    changes: ref(Differences),
    commits: ref(CommitRange),
  }),
);
type ReleaseComparison = Static<typeof ReleaseComparison>;

export const compareReleases = defineEndpoint({
  operationId: 'compareReleases',
  method: 'GET',
  url: '/deployments/:id/compare/:other',
  tag: 'deployments',
  summary: 'In what one release of a service differs from another, by what is recorded of both',
  params: strict({ id: Id(), other: Id({ description: 'A deployment of the same service.' }) }),
  answer: ReleaseComparison,
  async handle({ store, clock }, { params: { id, other } }): Promise<ReleaseComparison> {
    const [from, to] = await Promise.all([id, other].map((one) => store.deployments.deployment(one)));
    if (!from) throw noDeployment(id);
    const service = await store.deployments.service(from.service);
    if (!service) throw notFound(`There is no service ${from.service} any more.`);
    if (to?.service !== from.service) throw notFound(`There is no deployment ${other} of ${from.service}.`);
    return {
      at: iso(clock.now()),
      service: service.key,
      from: toReleaseRef(from),
      to: toReleaseRef(to),
      changes: toDifferencesDto(compared({ service, from, to })),
      commits: toCommitRange(service, from, to),
    };
  },
});
