import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { toMarkDto } from './mark-dto.ts';
import { DeploymentMark, DeploymentMarkInput } from './mark-schema.ts';
import { noDeployment } from './no-deployment.ts';

export const markDeployment = defineEndpoint({
  operationId: 'markDeployment',
  method: 'PUT',
  url: '/deployments/:id/mark',
  lane: 'acting',
  tag: 'deployments',
  summary: 'Say that a deployment was bad, or good',
  description:
    'In place of the mark before; the same again changes nothing. It is for trying triggers on the past, where it wins over what became of the deployment. It is never a proof: no plan, target, decision or standing changes by it.',
  params: IdParams,
  body: DeploymentMarkInput,
  answer: DeploymentMark,
  async handle({ store, clock }, { params: { id }, body: { verdict, note }, caller }) {
    const given = { verdict, by: caller.name, note: note?.trim() || null, at: clock.now() };
    const mark = await store.marks.put(id, given);
    if (!mark) throw noDeployment(id);
    return toMarkDto(mark);
  },
});
