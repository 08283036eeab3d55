import type { Observed } from '../rollback/effect.ts';
import type { AskOf, NeedKind, SeenOf } from '../rollback/need.ts';

/** Reads what a plan must know. It changes nothing; outside faults are results, not exceptions. */
export type PlanningRead<K extends NeedKind> = (
  ask: AskOf<K>,
  signal: AbortSignal,
) => Promise<Observed<SeenOf<K>>>;
