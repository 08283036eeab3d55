import type { Service, StepKind, StepOf } from '@lastgood/domain';
import type { Random } from '../../random.ts';
import type { InMemoryHttpProbe } from '../in-memory-http-probe.ts';
import type { InMemoryStepWorld } from '../in-memory-step-world.ts';

/** A change by somebody else, and the words that the refusal must contain. */
export interface Meddling {
  act(): void;
  words: RegExp;
  /** The outside has no test for it inside the write: only looking before can tell. */
  unfenced?: boolean;
}

/** One generated world with one step to do to it. */
export interface StepCase<K extends StepKind> {
  world: InMemoryStepWorld;
  step: StepOf<K>;
  /** How many effects the outside takes until the step is done; 0 when the world is so already. */
  effects: number;
  /** Somebody else changes what the step is about. Null where nobody else can. */
  meddle: Meddling | null;
  /** What verification asks; a service that is well by default. */
  service?: Partial<Service>;
  probe?: InMemoryHttpProbe;
}

export type AnyStepCase = { [K in StepKind]: StepCase<K> }[StepKind];

export type StepCases = { [K in StepKind]: (random: Random) => StepCase<K> };

export const integer = (random: Random, low: number, high: number) =>
  Math.floor(random.between(low, high + 1));

/** The world is at its target already, one time in eight. */
export const already = (random: Random) => random.chance(0.125);
