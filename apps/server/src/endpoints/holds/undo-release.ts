import { undoReleaseRefusal } from '@lastgood/domain';
import { notFound, ProblemError } from '../../problems/problem-error.ts';
import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { toHoldDto } from './hold-dto.ts';
import { Hold } from './hold-schema.ts';

export const undoRelease = defineEndpoint({
  operationId: 'undoRelease',
  method: 'POST',
  url: '/holds/:id/undo-release',
  lane: 'acting',
  tag: 'services',
  summary: 'Hold a version again that was let in a few seconds ago',
  params: IdParams,
  answer: Hold,
  async handle({ store, clock }, { params: { id }, caller }) {
    const now = clock.now();
    const hold = await store.holds.undoRelease(id, caller.name, now);
    if (!hold) throw notFound(`There is no hold ${id}. The holds of a service stand in its view.`);
    const refusal = undoReleaseRefusal(hold, now);
    if (refusal !== null) throw new ProblemError(409, 'conflict', refusal);
    return toHoldDto(hold);
  },
});
