import type { Run, TriggerView } from '@lastgood/api-client';

/** The only meanings colour may have. Each also has a shape and a word. */
export type Meaning = 'quiet' | 'watch' | 'act' | 'done' | 'unknown';

export interface Said {
  meaning: Meaning;
  word: string;
}

const said = (meaning: Meaning, word: string): Said => ({ meaning, word });

type Judged = Pick<TriggerView, 'phase' | 'trouble' | 'companion' | 'reading'>;

/** A trigger nobody asks any more: how it stood, which calls for nothing now. */
export function pastTriggerMeaning(trigger: Judged): Said {
  if (trigger.phase === 'firing') return said('quiet', 'Was firing');
  if (trigger.phase === 'pending') return said('quiet', 'Was pending');
  return { ...triggerMeaning({ ...trigger, trouble: null, companion: null }), meaning: 'quiet' };
}

/** A trigger of what is taken back now: that its series end is what the rollback is for. */
export function takenBackTriggerMeaning(trigger: Judged): Said {
  const isTold = trigger.phase === 'firing' || trigger.phase === 'pending' || trigger.trouble !== null;
  return isTold ? triggerMeaning(trigger) : pastTriggerMeaning(trigger);
}

export function triggerMeaning(trigger: Judged): Said {
  if (trigger.phase === 'firing') return said('act', 'Firing');
  if (trigger.phase === 'pending') return said('watch', 'Pending');
  if (trigger.trouble || trigger.companion?.trouble) return said('unknown', 'Cannot see');
  if (trigger.phase === 'unknown') return said('unknown', 'Unknown');
  if (trigger.reading && trigger.reading.kind !== 'value') return said('unknown', 'No number');
  return said('quiet', 'Quiet');
}

type Progress = Pick<Run, 'status' | 'verdict'> & Partial<Pick<Run, 'stop' | 'stopAsked'>>;

export function runMeaning(run: Progress): Said {
  switch (run.status) {
    case 'queued':
      return said('act', run.stopAsked ? 'Stopping' : 'About to start');
    case 'running':
      return said('act', run.stopAsked ? 'Stopping' : 'Rolling back');
    case 'stopped':
      return said('act', 'Stopped');
    case 'cancelled':
      return said('quiet', run.stop ? 'Cancelled' : 'Undone');
    case 'done':
      return run.verdict === 'passed' ? said('done', 'Rolled back') : said('act', 'Not verified');
  }
}

const proofWords = {
  verified: 'verified',
  presumed_good: 'presumed good',
  unproven: 'unproven',
  pending: 'not yet verified',
} as const;

export const proofWord = (proof: keyof typeof proofWords): string => proofWords[proof];
