import type { Question } from '../ports/metric-source.ts';
import type { Watched } from '../ports/slot-store.ts';
import type { RollbackTrigger } from './trigger.ts';
import { variablesOf } from './variables.ts';

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
      .filter(({ trigger }) => slot >= one.deployment.startedAt + trigger.initialDelayMs)
      .map(({ trigger }) => ({
        watched: one,
        trigger,
        question: { template: trigger.query, variables },
        samples: trigger.minSamples ? { template: trigger.minSamples.query, variables } : null,
      }));
  });
}
