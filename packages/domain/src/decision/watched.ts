import type { Acknowledgement } from '../deployment/acknowledgement.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { PassedRelease } from '../deployment/jump.ts';
import type { Service } from '../service/service.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import type { Decision } from './decision.ts';
import type { GroupFacts } from './group-evidence.ts';
import type { DependencyEvidence, GuardRecord } from './guard.ts';
import type { StandsToRollback, TakenBackByItself } from './restraints.ts';

/** A deployment that is watched, stands (`isStanding`) or is taken back now, with all its triggers and what decisions about it depend on. */
export interface Watched {
  deployment: Deployment;
  service: Service;
  triggers: { trigger: RollbackTrigger; state: TriggerState | null }[];
  /** When the service's last rollback attempt ended, or was asked for while it goes on; null if never. */
  lastAttemptAt: number | null;
  /** The run of that attempt; absent where nobody looked. */
  lastAttemptRunId?: string | null;
  activeRunId: string | null;
  /**
   * Whether a rollback of it is at work that has begun to change what serves. It is read on for the record: what was judged ended with
   * the rollback, so nothing is decided of it, nor proven.
   */
  isTakenBack: boolean;
  /** The newest verified or presumed good deployment before this one. */
  lastKnownGood: Deployment | null;
  /** The releases between that and this one. */
  between: PassedRelease[];
  /** The last stored decision, to say a thing once. */
  lastDecision: Decision | null;
  /**
   * When somebody was told last that what called for a rollback is over, and was not called since, epoch milliseconds by the store's clock;
   * null where nobody was. Absent where nobody looked.
   */
  toldOverAt?: number | null;
  /** What somebody said about what fires; null when nobody did or took it back. */
  acknowledgement: Acknowledgement | null;
  /** How what serves of the service's dependencies stands, and what was taken back of them in the last hour stood. */
  dependencyEvidence: DependencyEvidence[];
  /** Those who would have to go back with it; null where nobody has to. Absent until somebody looks, which is when it would go back. */
  group?: GroupFacts | null;
}

/** What of a watched deployment decides about it, beside its triggers and what is given of guards and brakes. */
export interface Decidable
  extends Pick<Watched, 'isTakenBack' | 'group'>,
    Omit<StandsToRollback, 'deployment' | 'policy'> {
  deployment: TakenBackByItself & Pick<Deployment, 'id'>;
  service: { key: Service['key']; policy: StandsToRollback['policy'] };
  lastDecision: { guards: readonly GuardRecord[] } | null;
}
