import { instantAfter } from '@lastgood/domain';
import { ProblemError } from '../../problems/problem-error.ts';
import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { toAcknowledgementDto } from './acknowledgement-dto.ts';
import { Acknowledgement, AcknowledgementInput } from './acknowledgement-schema.ts';
import { noDeployment } from './no-deployment.ts';

export const acknowledgeDeployment = defineEndpoint({
  operationId: 'acknowledgeDeployment',
  method: 'PUT',
  url: '/deployments/:id/acknowledgement',
  lane: 'acting',
  tag: 'deployments',
  summary: 'Take on what fires of a deployment, so that it calls nobody else',
  description:
    'In place of the acknowledgement before. It silences nothing else: what was decided goes on. It ends by itself when its time has passed, when what fires now has recovered, and when something else begins to fire. Where a rollback is still suggested then, that is told anew.',
  params: IdParams,
  body: AcknowledgementInput,
  answer: Acknowledgement,
  async handle({ store, clock }, { params: { id }, body: { note, minutes }, caller }) {
    const at = clock.now();
    const result = await store.acknowledgements.put(id, {
      ...{ by: caller.name, note: note?.trim() || null, at },
      until: instantAfter(at, minutes * 60_000),
    });
    if (result.kind === 'not-found') throw noDeployment(id);
    if (result.kind !== 'acknowledged') throw new ProblemError(409, 'conflict', refusals[result.kind]);
    return toAcknowledgementDto(result.acknowledgement);
  },
});

const refusals = {
  replaced: 'A newer release came after this one. Acknowledge what fires of that one.',
  'nothing-fires': 'Nothing of this deployment fires now, so there is nothing to acknowledge.',
};
