export type ProbeResult =
  | { kind: 'answered'; status: number; tookMs: number }
  | { kind: 'refused'; reason: string }
  | { kind: 'unreachable'; reason: string };
