import type { Run, RunStepView } from '@lastgood/api-client';
import { spokenDuration } from '../time/duration.ts';

/** What of a run's time was no work: "paused 3 min 20 s, Lastgood was away 1 min 15 s"; empty when all of it was. */
export function interruptions(run: Pick<Run, 'pausedSeconds' | 'awaySeconds'>): string {
  const paused = run.pausedSeconds >= 1 ? `paused ${spokenDuration(run.pausedSeconds)}` : '';
  return [paused, awayWords(run)].filter(Boolean).join(', ');
}

/** "Lastgood was away 1 min 15 s": nobody worked on it, and it is not to blame; empty when somebody always did. */
export function awayWords({ awaySeconds }: Pick<RunStepView, 'awaySeconds'>): string {
  return awaySeconds >= 1 ? `Lastgood was away ${spokenDuration(awaySeconds)}` : '';
}
