import type { stepContracts } from './contracts/index.ts';
import type { StepContract, StepLimits } from './contracts/step-contract.ts';
import type { Estimate } from './estimate.ts';
import type { StepDetail } from './step-detail.ts';

type Contract = (typeof stepContracts)[number];

export type StepKind = Contract['kind'];

type StepUnder<C> = C extends StepContract<infer K, infer Target, infer _Seen> ? { kind: K } & Target : never;

type SeenUnder<C> = C extends StepContract<string, infer _Target, infer Seen> ? Seen : never;

/**
 * The closed vocabulary of steps, one of each contract in `contracts/`. A step names the target, never the movement, so
 * applying it twice changes nothing. What it does is its entry in the engine's `apply-step.ts`.
 */
export type Step = StepUnder<Contract>;

export type StepOf<K extends StepKind> = Extract<Step, { kind: K }>;

/** What is observed of the world for each kind of step. */
export type SeenByKind = { [C in Contract as C['kind']]: SeenUnder<C> };

export type ContractOf<K extends StepKind> = StepContract<K, StepOf<K>, SeenByKind[K]>;

/** A step of a plan with its words for people. */
export interface PlannedStep {
  step: Step;
  /** What it changes in the world: "Set Deployment web to the template of release 41". */
  title: string;
  limits: StepLimits;
  /** What it comes to, where its target alone does not tell that; absent in plans that were made without. */
  detail?: StepDetail;
  /** What is left behind when the run stops here. */
  leavesBehind: string;
  /** Expected time in milliseconds from history or the shipped prior; null when nothing is known. */
  expectedMs: number | null;
  /** Where that comes from; absent in plans that were made without. */
  estimate?: Omit<Estimate, 'ms'>;
}
