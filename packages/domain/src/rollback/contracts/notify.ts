import type { Urgency } from '../../notification/notification.ts';
import { requestLimits, type StepContract } from './step-contract.ts';

export interface NoticeTarget {
  urgency: Urgency;
  title: string;
  text: string;
}

export interface NoticeSeen {
  /** What is queued or delivered under the step's key; null when nothing is. */
  queued: { title: string; text: string } | null;
}

/** Queued once under the key of the step; delivering it is another loop's, and no run waits for that. */
export const notify: StepContract<'notify', NoticeTarget, NoticeSeen> = {
  kind: 'notify',
  isDone: (step, { queued }) => queued?.title === step.title && queued.text === step.text,
  refusal(_step, { queued }, operation) {
    if (queued === null) return null;
    return {
      reason: `Another message was queued as ${operation}: "${queued.title}".`,
      advice: 'Tell people by hand and skip this step with that as the reason.',
    };
  },
  waitsFor: () => null,
  inWords: (_step, { queued }) => (queued ? `queued: ${queued.title}` : 'not queued'),
  limits: requestLimits,
  lookAgainMs: 1_000,
  leavesBehind: () => 'Nothing was changed; the message was not sent.',
  usualMs: 1_000,
  looksOnly: { whenSkipped: 'Its message is not sent.' },
};
