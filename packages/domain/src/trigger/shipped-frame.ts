import type { BurnWindow } from './kinds/burn-rate/declared.ts';
import type { TriggerFrame } from './trigger-frame.ts';

/** What no shipped trigger changes. */
export const frame = {
  onNoData: 'hold',
  onNotANumber: 'hold',
  initialDelayMs: 0,
  keepFiringMs: 0,
  shadow: false,
} as const satisfies Partial<TriggerFrame>;

/** Windows of the shipped queries as durations of the query language, such as `5m`; the fast set of the sandbox shortens them. */
export interface ShippedTiming {
  rateWindow: string;
  restartWindow: string;
  burnWindows: BurnWindow[];
  /** How long a pod may take to become ready before it counts as one that does not. */
  readyWithin: string;
  /** Multiplies how long every breach must last. */
  holdScale: number;
}

const minute = 60_000;

export const shippedTiming: ShippedTiming = {
  rateWindow: '2m',
  restartWindow: '5m',
  // The two of the usual three that call somebody. The third, 1 over 3 d and 6 h, is for a list of what to look at by day, which rolls
  // nothing back.
  burnWindows: [
    { rate: 14.4, longMs: 60 * minute, shortMs: 5 * minute },
    { rate: 6, longMs: 360 * minute, shortMs: 30 * minute },
  ],
  readyWithin: '5m',
  holdScale: 1,
};

/** How long a breach of `n` seconds must last, in milliseconds. */
export function seconds(n: number, timing: ShippedTiming): number {
  return n * 1000 * timing.holdScale;
}
