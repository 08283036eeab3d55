import { setTimeout as sleep } from 'node:timers/promises';
import Type from 'typebox';
import { fitting } from '../../http/fitting.ts';
import type { NotDelivered, ReceiverAnswer, ReceiverClient } from '../receiver-client.ts';

const Taken = Type.Object({ requestId: Type.String({ pattern: '^[A-Za-z0-9-]{1,100}$' }) });
const Worked = Type.Object({
  data: Type.Object({
    isSuccess: Type.Boolean(),
    status: Type.Optional(Type.String()),
    alertId: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  }),
});

/**
 * What came of a request that was taken (202), asked once after a moment, as they are worked off later. Null where an alert did, and where
 * nobody can say: until it is worked off the answer is 404. https://docs.opsgenie.com/docs/alert-api#get-request-status
 * @param afterMs how long they usually take, milliseconds
 */
export async function failureOfTaken(
  client: ReceiverClient,
  taken: ReceiverAnswer,
  afterMs: number,
  signal: AbortSignal,
): Promise<NotDelivered | null> {
  const id = fitting(Taken, taken.json)?.requestId;
  if (id === undefined) return null;
  await sleep(afterMs, null, { signal }).catch(() => null);
  const answer = await client.ask({ method: 'GET', path: `/v2/alerts/requests/${id}` }, signal);
  const worked = answer.kind === 'answered' && answer.status === 200 ? fitting(Worked, answer.json) : null;
  // One that was only counted once more is there as well.
  if (worked === null || worked.data.isSuccess || worked.data.alertId) return null;
  const status = client.shown(worked.data.status ?? 'it does not say why');
  return { kind: 'retry', reason: `Opsgenie took it and made no alert of it: ${status}.`, afterMs: null };
}
