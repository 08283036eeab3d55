import type { Run, RunStepView } from '@lastgood/api-client';
import { clockTime } from '../time/duration.ts';

/** What of a run's time was no work: "paused 3:20, Lastgood was away 1:15"; empty when all of it was. */
export function interruptions(run: Pick<Run, 'pausedSeconds' | 'awaySeconds'>): string {
  const paused = run.pausedSeconds >= 1 ? `paused ${clockTime(run.pausedSeconds)}` : '';
  return [paused, awayWords(run)].filter(Boolean).join(', ');
}

/** "Lastgood was away 1:15": nobody worked on it, and it is not to blame; empty when somebody always did. */
export function awayWords({ awaySeconds }: Pick<RunStepView, 'awaySeconds'>): string {
  return awaySeconds >= 1 ? `Lastgood was away ${clockTime(awaySeconds)}` : '';
}
