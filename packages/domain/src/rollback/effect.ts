/**
 * How an effect on the outside ended.
 * `applied`: sent and accepted. `already`: the world was so before; nothing was sent. `refused`: a precondition does not
 * hold; sending again is wrong, and `advice` says what to change first where that is known. `retry`: no effect is known to have happened; try again after `afterMs`.
 * `unknown`: the answer was lost; read the world before anything else.
 */
export type EffectResult =
  | { kind: 'applied'; note: string }
  | { kind: 'already'; note: string }
  | { kind: 'refused'; reason: string; advice?: string }
  | { kind: 'retry'; reason: string; afterMs: number }
  | { kind: 'unknown'; reason: string };

/** `not-found`: what the step names is not there, which no waiting cures. `unreachable`: it could not be asked. */
export type Observed<Seen> =
  | { kind: 'seen'; seen: Seen }
  | { kind: 'not-found'; reason: string }
  | { kind: 'unreachable'; reason: string };
