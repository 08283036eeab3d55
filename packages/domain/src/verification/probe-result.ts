export type ProbeResult =
  | {
      kind: 'answered';
      status: number;
      tookMs: number;
      /** How old a cache on the way says its answer is; 0 when none answered. */
      ageMs: number;
    }
  | { kind: 'refused'; reason: string }
  | {
      kind: 'unreachable';
      /** The same sentence whatever was found there: it is shown to whoever may declare a check. */
      reason: string;
      /** What was found, for the log alone. */
      detail?: string;
    };
