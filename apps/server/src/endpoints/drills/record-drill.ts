import { serviceKey } from '@lastgood/domain';
import { span } from '@lastgood/domain/bounds';
import { refuse } from '../../declaration/declaration-faults.ts';
import { notFound } from '../../problems/problem-error.ts';
import { defineEndpoint } from '../endpoint.ts';
import { ServiceParams } from '../services/service-params.ts';
import { toPractice } from './drill-dto.ts';
import { DrillInput, Practice } from './drill-schema.ts';

export const recordDrill = defineEndpoint({
  operationId: 'recordDrill',
  method: 'POST',
  url: '/services/:cluster/:namespace/:name/drills',
  lane: 'acting',
  tag: 'services',
  summary: 'Say that the way back was practised elsewhere: on staging, on a game day',
  description:
    'Lastgood sees nothing of it and says so wherever it is shown. Rollbacks of the service that were verified count by themselves. The newest of both counts; where practice was told to be overdue, that is over then.',
  params: ServiceParams,
  body: DrillInput,
  status: 201,
  answer: Practice,
  async handle({ store, clock }, { params: { cluster, namespace, name }, body, caller, operation }) {
    const key = serviceKey(cluster, namespace, name);
    const { tookSeconds, note } = body;
    const drill = {
      ...{ at: heldAt(body.at, clock.now()), by: caller.name, note: note?.trim() || null },
      tookMs: tookSeconds === undefined ? null : tookSeconds * 1000,
    };
    if (!(await store.drills.record(key, operation.id, drill)))
      throw notFound(`There is no service ${key}. Declare it with PUT /api/v1/services/${key}.`);
    return toPractice({ kind: 'recorded', ...drill });
  },
});

/** A clock elsewhere may be ahead by so much. */
const aheadMs = 60_000;

function heldAt(given: string | undefined, now: number): number {
  const at = given === undefined ? now : Date.parse(given);
  if (at > now + aheadMs)
    refuse([{ path: '/at', message: 'is in the future. Give the instant at which it was held.' }]);
  if (at < now - span.decade * 1000)
    refuse([{ path: '/at', message: 'is more than ten years ago. Give a later instant.' }]);
  return Math.min(at, now);
}
