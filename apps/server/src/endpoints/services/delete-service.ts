import { serviceKey } from '@lastgood/domain';
import { Type } from 'typebox';
import { notFound, ProblemError } from '../../problems/problem-error.ts';
import { iso } from '../../wire/instant.ts';
import { Instant, named } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { ServiceParams } from './service-params.ts';

const DeletedService = named(
  'DeletedService',
  Type.Object({
    key: Type.String(),
    deletedAt: Instant,
    sentence: Type.String({ description: 'What that leaves behind, in one line.' }),
  }),
);

export const deleteService = defineEndpoint({
  operationId: 'deleteService',
  method: 'DELETE',
  url: '/services/:cluster/:namespace/:name',
  lane: 'asking',
  tag: 'services',
  summary: 'Follow a service no more',
  description:
    'Nothing in its cluster is touched. Its releases, runs and events stay readable; declared again under the same key it goes on with its release numbers. Refused while a rollback is under way.',
  params: ServiceParams,
  answer: DeletedService,
  async handle({ store, clock }, { params: { cluster, namespace, name }, caller }) {
    const key = serviceKey(cluster, namespace, name);
    const now = clock.now();
    const result = await store.services.delete(key, caller.name, now);
    if (result.kind === 'not-found') throw notFound(`There is no service ${key}; it may be deleted already.`);
    if (result.kind === 'run-active') {
      const how = `Wait for its end or stop it with POST /api/v1/runs/${result.runId}/stop, then delete the service.`;
      throw new ProblemError(409, 'run-active', `A rollback of ${key} is under way. ${how}`, {
        runId: result.runId,
      });
    }
    return {
      key,
      deletedAt: iso(now),
      sentence: `${key} is deleted: it is not followed any more. Its history stays, and applying it again brings it back.`,
    };
  },
});
