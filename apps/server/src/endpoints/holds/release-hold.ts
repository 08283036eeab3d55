import { notFound } from '../../problems/problem-error.ts';
import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { toHoldDto } from './hold-dto.ts';
import { Hold } from './hold-schema.ts';

export const releaseHold = defineEndpoint({
  operationId: 'releaseHold',
  method: 'POST',
  url: '/holds/:id/release',
  lane: 'acting',
  tag: 'services',
  summary: 'Let a version that was taken back be deployed again',
  params: IdParams,
  answer: Hold,
  async handle({ store, clock }, { params: { id }, caller }) {
    const hold = await store.holds.release(id, caller.name, clock.now());
    if (!hold) throw notFound(`There is no hold ${id}. The holds of a service stand in its view.`);
    return toHoldDto(hold);
  },
});
