import type { ReadPace } from '../deployment/read-pace.ts';
import type { ServicePolicy } from '../service/service.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { Brakes, Contender, FleetFacts, Trip } from './contender.ts';
import type { DependencyEvidence } from './guard.ts';
import type { StandsToRollback } from './restraints.ts';

/*
 * What a decision was judged from beside the readings of its triggers: what restrains its service, what was asked and answered
 * for the veto, what the brakes counted. Stored in the commit of the decision, so that all of it is judged again from what is
 * stored alone; see `replay-decision.ts`. What a guard or a group was judged from stands in the decision itself.
 *
 * Its version is raised when a later server must read it otherwise. Nothing is read from a version that is not known.
 */

export const basisVersion = 1;

/** The longest that is stored, in characters of JSON; of a longer one nothing but its length. */
export const mostBasisLength = 200_000;

/** As many deployments of dependencies, and as many that ask at the same time, are kept one by one. */
export const mostKept = 100;

/** Of a query as much is kept: one that was sent for many services at once names them all. In characters. */
export const mostQueryLength = 2_000;

/** As many questions are kept. */
export const mostAsked = 40;

/** One question that was asked of a trigger. */
export interface AskedQuery {
  trigger: string;
  /** Of the slot itself, or of the time before the deployment started. */
  about: 'slot' | 'before';
  /** The name of the part, `samples` for the companion, `memory` for whether the source listened then. */
  part: string;
  /** As it was sent; its beginning where it is longer than `mostQueryLength`. */
  query: string;
  /** Of the whole, in characters. */
  queryLength: number;
  /** The instant asked about. */
  at: number;
  /** The slot in which it was asked, where that is one before this: the answer was kept. Absent: in the slot of the decision. */
  askedIn?: number;
  /** `sha256:...` of the answer's body; null when there was none. */
  answerDigest: string | null;
}

/** What restrains a service, with the attempt that its cooldown is counted from. */
export interface RestraintBasis
  extends Pick<StandsToRollback, 'lastKnownGood' | 'between' | 'lastAttemptAt' | 'activeRunId'> {
  deployment: StandsToRollback['deployment'] & { id: string };
  policy: StandsToRollback['policy'] & Pick<ServicePolicy, 'watchWindowMs'>;
  /** The run of the last attempt; null without one. */
  lastAttemptRunId: string | null;
  isTakenBack: boolean;
}

/** What the guards of this slot were judged from. */
export interface VetoBasis extends ReadPace {
  /** Everything known of deployments of its dependencies, quiet ones included. */
  dependencies: DependencyEvidence[];
  /** How many more there were; then those that counted stand with each guard alone. */
  dependenciesLeftOut: number;
}

/** What the brakes were applied to. */
export interface BrakesBasis {
  limits: Brakes;
  fleet: FleetFacts;
  /** Whoever tripped in this slot with it, itself included, in the order in which they were judged. */
  contenders: Contender[];
  /** How many more there were; then their counts alone decide. */
  contendersLeftOut: number;
  trip: Trip;
}

export interface KeptBasis {
  version: typeof basisVersion;
  restraints: RestraintBasis;
  /** What was asked of the triggers that breach: in the slot, and of the time before the deployment. */
  asked: AskedQuery[];
  /** The triggers that were not due in the slot. */
  notDue: { trigger: RollbackTrigger; hasState: boolean }[];
  /** Null where no guard was asked. */
  veto: VetoBasis | null;
  /** Null where none applied: nothing was to be rolled back by itself. */
  brakes: BrakesBasis | null;
}

export type DecisionBasis = KeptBasis | { version: typeof basisVersion; tooLong: number };
