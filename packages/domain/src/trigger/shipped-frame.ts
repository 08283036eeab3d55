import type { RollbackTrigger } from './trigger.ts';

/** What no shipped trigger changes. */
export const frame = {
  onNoData: 'hold',
  onNotANumber: 'hold',
  initialDelayMs: 0,
  keepFiringMs: 0,
  shadow: false,
} as const satisfies Partial<RollbackTrigger>;

/** Windows of the shipped queries as durations of the query language, such as `5m`; the fast set of the sandbox shortens them. */
export interface ShippedTiming {
  rateWindow: string;
  restartWindow: string;
  burnWindow: string;
  /** How long a pod may take to become ready before it counts as one that does not. */
  readyWithin: string;
  /** Multiplies how long every breach must last. */
  holdScale: number;
}

export const shippedTiming: ShippedTiming = {
  rateWindow: '2m',
  restartWindow: '5m',
  burnWindow: '5m',
  readyWithin: '5m',
  holdScale: 1,
};

/** How long a breach of `n` seconds must last, in milliseconds. */
export function seconds(n: number, timing: ShippedTiming): number {
  return n * 1000 * timing.holdScale;
}
