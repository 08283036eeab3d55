import type { Delivery } from '@lastgood/domain/notification/delivery';
import type { NotifierFault } from '@lastgood/domain/ports/notifier';
import type { NotDelivered, ReceiverAnswer } from './receiver-client.ts';

/** What a probe is answered with; see `Notifier.probe`. */
export type ProbeAnswer = NotifierFault | null | 'unknown';

/** Which setting an answer blames, and what to do about it. */
export type Blame = Pick<NotifierFault, 'setting' | 'advice'>;

/** Nobody says where, or what a route says is no such place. @param setting what says it where no route does */
export function notPlaced(to: string | null, setting: string, reason: string, advice: string): NotifierFault {
  return to === null ? { setting, reason, advice, unplaced: true } : { setting: null, reason, advice };
}

/**
 * What the answer to a probe says of the settings. Null where they work; nobody can tell where it did not answer, or is busy.
 * @param outcome what the answer would mean as a delivery
 */
export function faultIn(
  answer: ReceiverAnswer | NotDelivered,
  outcome: (answer: ReceiverAnswer) => Delivery,
  blame: (status: number) => Blame,
): ProbeAnswer {
  const found = answer.kind === 'answered' ? outcome(answer) : answer;
  if (found.kind === 'retry') return 'unknown';
  if (found.kind === 'delivered') return null;
  const { reason } = found;
  if (answer.kind === 'answered') return { ...blame(answer.status), reason };
  return {
    setting: 'tlsCa',
    reason,
    advice:
      'Set the PEM of the authority that signed its certificate, or its address under which it is trusted.',
  };
}
