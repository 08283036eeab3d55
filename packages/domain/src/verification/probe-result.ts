export type ProbeResult =
  | {
      kind: 'answered';
      status: number;
      tookMs: number;
      /** How old a cache on the way says its answer is; 0 when none answered. */
      ageMs: number;
    }
  | { kind: 'refused'; reason: string }
  | { kind: 'unreachable'; reason: string };
