import type { TSchema } from 'typebox';
import type { OtherChange } from '../../deployment/deployment.ts';
import type { AnsweredFact, Need, NeedKind } from '../need.ts';

/** A target with nothing missing, or what is missing and where to say it. */
export type CompletedTarget =
  | { kind: 'complete'; target: Record<string, unknown> }
  | { kind: 'missing'; reason: string };

/** How it is found out what a change replaces. */
export interface BeforeReading<K extends NeedKind = NeedKind> {
  /** Ask: what tells how it stands before it is changed. */
  need(change: OtherChange): Need<K>;
  /** Judge: that, as it is recorded; null when it cannot be told. */
  before(fact: AnsweredFact<K>): unknown;
  /** Whether what was read is what the change brings: then it was made already, and nobody saw what was before. Never asked without. */
  isInPlace(read: unknown, after: unknown): boolean;
}

/** What a way makes of a change that a pipeline registers: a pipeline names little, and does not know what was before. */
export interface ChangeRegistration<K extends NeedKind = NeedKind, D = unknown> {
  /** The target as a pipeline may give it. */
  given: TSchema;
  /** The same with what the service declares filled in. */
  complete(target: Record<string, unknown>, declared: D | null): CompletedTarget;
  /** Absent where only the pipeline can tell. */
  reading?: BeforeReading<K>;
}
