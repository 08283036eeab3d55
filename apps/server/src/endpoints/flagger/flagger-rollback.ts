import { ProblemError } from '../../problems/problem-error.ts';
import { defineEndpoint } from '../endpoint.ts';
import { FlaggerAsk, FlaggerOrder, FlaggerParams } from './flagger-schema.ts';

/**
 * Flagger takes every answer up to 202 for an order to roll back, so whatever goes wrong here is a refusal. It says nothing of the
 * cluster it is in, and one version has one checksum in all of them: the address tells.
 */
export const flaggerRollback = defineEndpoint({
  operationId: 'flaggerRollback',
  method: 'POST',
  url: '/flagger/:cluster/rollback',
  lane: 'acting',
  tag: 'runs',
  summary: 'Whether Flagger shall roll a canary back now',
  description:
    'The address of a webhook of type `rollback` in the analysis of a Canary: 200 while a rollback orders the abort of exactly that canary and checksum, else 403. Where tokens are needed, the token is the password in the address: Flagger sends no header.',
  params: FlaggerParams,
  body: FlaggerAsk,
  answer: FlaggerOrder,
  async handle({ store }, { params: { cluster }, body, operation }) {
    const { namespace, name, checksum } = body;
    // An answer that is kept for a key would be given again when nothing is ordered any more.
    if (operation.key !== null) throw notOrdered('This is answered anew each time: send no Idempotency-Key.');
    const asked = { cluster, namespace, name, checksum };
    const runId = await store.views.orderedAbort(asked).catch(() => unknown());
    if (runId === null)
      throw notOrdered(`No rollback orders the abort of Canary ${namespace}/${name} at ${checksum}.`);
    return { runId };
  },
});

function unknown(): never {
  throw notOrdered('Whether an abort is ordered could not be read, so none is.');
}

function notOrdered(detail: string): ProblemError {
  return new ProblemError(403, 'not-ordered', detail);
}
