import { variablesOf } from '../deployment/variables.ts';
import { instantAfter } from '../instant-after.ts';
import type { Question } from '../trigger/question.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { Watched } from './watched.ts';

/** One trigger of one deployment that is due, with the questions that must be answered to judge it. */
export interface DueReading {
  watched: Watched;
  trigger: RollbackTrigger;
  question: Question;
  /** The companion of `minSamples`; null without one. */
  samples: Question | null;
}

/** Ask: which readings does this slot need? */
export function dueReadings(watched: readonly Watched[], slot: number): DueReading[] {
  return watched.flatMap((one) => {
    const variables = variablesOf(one.service, one.deployment);
    return one.triggers
      .filter(({ trigger }) => slot >= instantAfter(one.deployment.startedAt, trigger.initialDelayMs))
      .map(({ trigger }) => ({
        watched: one,
        trigger,
        question: { template: trigger.query, variables },
        samples: trigger.minSamples ? { template: trigger.minSamples.query, variables } : null,
      }));
  });
}
