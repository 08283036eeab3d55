import { type Requester, unsigned } from '../rollback/run.ts';
import { formatInstant, formatSpan } from '../trigger/format.ts';

/** A rollback that was verified: whoever asked for it and why, it proves the way back. Instants are epoch milliseconds. */
export interface VerifiedRollback {
  kind: 'rollback';
  at: number;
  /** From its first step to verified, milliseconds. */
  tookMs: number;
  requester: Requester;
  runId: string;
}

/** A drill that somebody says was held elsewhere: Lastgood saw nothing of it. */
export interface RecordedDrill {
  kind: 'recorded';
  /** When it was held. */
  at: number;
  /** As whoever recorded it says; null where they do not. */
  tookMs: number | null;
  by: string;
  note: string | null;
}

/** That the way back of a service was gone. */
export type Practice = VerifiedRollback | RecordedDrill;

/** "Recorded by ada: game day on staging. Held on 2026-11-28 12:30:00 UTC, it took 4 min." */
export function practiceInWords(practice: Practice): string {
  const when = formatInstant(practice.at);
  if (practice.kind === 'rollback') {
    const { requester, tookMs } = practice;
    return `A rollback ${askedBy(requester)} was verified on ${when}, after ${formatSpan(tookMs)}.`;
  }
  const { by, note, tookMs } = practice;
  const said = `Recorded by ${named(by)}${note === null ? '.' : `: ${closed(note)}`}`;
  return `${said} Held on ${when}${tookMs === null ? '' : `, it took ${formatSpan(tookMs)}`}.`;
}

function askedBy(requester: Requester): string {
  return requester.kind === 'automatic'
    ? `that ${requester.trigger} called for`
    : `that ${named(requester.name)} asked for`;
}

function named(by: string): string {
  return by === unsigned ? 'somebody' : by;
}

/** Somebody's words as a sentence. */
function closed(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
