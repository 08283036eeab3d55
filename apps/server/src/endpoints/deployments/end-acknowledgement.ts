import { Type } from 'typebox';
import { notFound } from '../../problems/problem-error.ts';
import { IdParams, named } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';

const EndedAcknowledgement = named(
  'EndedAcknowledgement',
  Type.Object({
    deploymentId: Type.String(),
    sentence: Type.String({ description: 'What that means, in one line.' }),
  }),
);

export const endAcknowledgement = defineEndpoint({
  operationId: 'endAcknowledgement',
  method: 'DELETE',
  url: '/deployments/:id/acknowledgement',
  lane: 'acting',
  tag: 'deployments',
  summary: 'Take an acknowledgement back',
  description: 'Where a rollback is still suggested, that is told anew with the next slot.',
  params: IdParams,
  answer: EndedAcknowledgement,
  async handle({ store, clock }, { params: { id }, caller }) {
    if (!(await store.acknowledgements.takeBack(id, caller.name, clock.now())))
      throw notFound(`Nothing of deployment ${id} is acknowledged; it may be over already.`);
    return {
      deploymentId: id,
      sentence: 'The acknowledgement is taken back: what fires needs a look again.',
    };
  },
});
