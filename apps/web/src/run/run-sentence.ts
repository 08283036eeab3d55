import type { Run } from '@lastgood/api-client';
import { sentenceCase } from '../meaning/sentence-case.ts';

/** How a run stands. Before its start the seconds are counted in one place, so that they agree with each other. */
export function runSentence(run: Pick<Run, 'status' | 'sentence'>): string {
  return run.status === 'queued'
    ? 'Not begun yet. Undo is at the foot of the page.'
    : sentenceCase(run.sentence);
}
