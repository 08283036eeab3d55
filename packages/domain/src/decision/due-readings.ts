import { isAnyRestless, isReadIn, type ReadPace } from '../deployment/read-pace.ts';
import { subjectOf } from '../deployment/subject.ts';
import { dueFrom } from '../deployment/version-age.ts';
import { triggerKind } from '../trigger/kinds/index.ts';
import type { PartQuestion } from '../trigger/part.ts';
import type { Question } from '../trigger/question.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { Watched } from './watched.ts';

/** One trigger of one deployment that is due, with the questions that must be answered to judge it. */
export interface DueReading {
  watched: Watched;
  trigger: RollbackTrigger;
  /** What its kind asks. */
  parts: PartQuestion[];
  /** The companion of `minSamples`; null without one. */
  samples: Question | null;
}

/**
 * Whether it is read in this slot: what is rolled back, or will be, in every one, whatever its pace (`isReadIn`).
 */
export function isReadNow(
  slot: number,
  {
    deployment,
    triggers,
    activeRunId,
    isTakenBack,
  }: Pick<Watched, 'deployment' | 'triggers' | 'activeRunId' | 'isTakenBack'>,
  pace: ReadPace,
): boolean {
  const states = triggers.map(({ state }) => state);
  return isTakenBack || isReadIn(slot, deployment, activeRunId !== null || isAnyRestless(states, pace), pace);
}

/** Ask: which readings does this slot need? */
export function dueReadings(watched: readonly Watched[], slot: number): DueReading[] {
  return watched.flatMap((one) => {
    const subject = subjectOf(one.service, one.deployment, slot, !one.isTakenBack);
    const { variables } = subject;
    return one.triggers
      .filter(({ trigger }) => slot >= dueFrom(one.deployment, trigger))
      .map(({ trigger }) => ({
        watched: one,
        trigger,
        parts: triggerKind(trigger).ask(trigger, subject),
        samples: trigger.minSamples ? { template: trigger.minSamples.query, variables } : null,
      }));
  });
}
