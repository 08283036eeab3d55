import type { Comparison } from '../trigger/trigger-frame.ts';

export interface ReleaseFacts {
  /** The release that is in question. */
  from: ReleaseFact | null;
  /** The release to go back to. */
  to: ReleaseFact | null;
  /** Both in words: "v42 → v41 (release 3 → 2)", or the one that there is. */
  versions: string | null;
}

/** What a notification is about. Never a query, never a secret: it leaves the house. */
export interface NotificationFacts extends ReleaseFacts {
  service: { name: string; environment: string; team: string | null };
  /** What fired; null where a person asked, or nothing was measured. */
  trigger: TriggerFact | null;
  /** What the text says that neither title, versions nor trigger do, sentence by sentence; absent where that is all of it. */
  beside?: string;
  /** Who asked for a rollback; absent or null where nobody did. */
  by?: string | null;
  /** What Lastgood does next without anybody, and when (epoch milliseconds); null where it waits for a person. */
  next: { text: string; at: number | null } | null;
  /** The plan in short: the titles of its steps, in order. */
  plan: readonly string[];
  /** From the start of a rollback to its end, in milliseconds; null before. */
  durationMs: number | null;
  /** No earlier release is known to be good: a rollback is neither suggested nor offered. Absent where one is, or nobody looked. */
  nothingToGoBackTo?: true;
  /** What called somebody is not looked at any more: whether it is over nobody knows. Absent where that is known. */
  isUnseen?: true;
}

export interface ReleaseFact {
  /** Null where it was not counted yet: as a release is registered. */
  release: number | null;
  version: string | null;
  /** As it was registered. */
  commit: string | null;
}

export interface TriggerFact {
  name: string;
  /** Null where nothing was measured. */
  value: number | null;
  threshold: number;
  comparison: Comparison;
  unit: string;
  /** The reading with what it is held against, where value and threshold do not say it. */
  words: string | null;
  /** When the breach began, epoch milliseconds. */
  since: number;
  /** It was measured before a rollback that had stopped since: nobody says whether it breaches on. Absent where it is as it stands. */
  isPast?: true;
}
