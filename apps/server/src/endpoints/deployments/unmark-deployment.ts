import { Type } from 'typebox';
import { IdParams, named } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { noDeployment } from './no-deployment.ts';

const UnmarkedDeployment = named(
  'UnmarkedDeployment',
  Type.Object({
    deploymentId: Type.String(),
    sentence: Type.String({ description: 'What that means, in one line.' }),
  }),
);

export const unmarkDeployment = defineEndpoint({
  operationId: 'unmarkDeployment',
  method: 'DELETE',
  url: '/deployments/:id/mark',
  lane: 'acting',
  tag: 'deployments',
  summary: 'Take the mark of a deployment back',
  description: 'The same again changes nothing.',
  params: IdParams,
  answer: UnmarkedDeployment,
  async handle({ store, clock }, { params: { id }, caller }) {
    const was = await store.marks.delete(id, caller.name, clock.now());
    if (was === 'not-found') throw noDeployment(id);
    const sentence =
      was === 'none'
        ? 'Nobody has marked it: what became of it tells what it was.'
        : `It is marked ${was.verdict} no more: what became of it tells what it was.`;
    return { deploymentId: id, sentence };
  },
});
