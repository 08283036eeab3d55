import type { Commit } from '../decision/commit.ts';
import type { RollbackStanding } from '../decision/group-evidence.ts';
import type { Watched } from '../decision/watched.ts';
import type { Absence } from '../deployment/absences.ts';
import type { Deployment, OtherChange } from '../deployment/deployment.ts';
import type { FollowedService, ServiceToFollow } from '../deployment/followed-service.ts';
import type { PassedRelease } from '../deployment/jump.ts';
import type { ReleaseElsewhere } from '../deployment/release-elsewhere.ts';
import type { KnownDurations } from '../rollback/expected-time.ts';
import type { Neighbour } from '../rollback/group/cascade.ts';
import type { Service } from '../service/service.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';

export interface DeploymentStore {
  service(key: string): Promise<Service | null>;
  /** Every service, or those named; without those of which something cannot be read. */
  followed(keys?: readonly string[]): Promise<FollowedService[]>;
  /** Every service that can be read, in short, in one query without their records. */
  toFollow(): Promise<ServiceToFollow[]>;
  deployment(id: string): Promise<Deployment | null>;
  /** What was registered of a service with a caller's key. */
  registeredAs(service: string, idempotencyKey: string): Promise<Deployment | null>;
  /**
   * The newest verified or presumed good deployment of the service older than `beforeRelease`; where that is a rollback,
   * older than what it returned to.
   */
  lastKnownGood(service: string, beforeRelease: number): Promise<Deployment | null>;
  /** Whoever depends on one of the services or is depended on by it, without the services themselves; in the order of their keys. */
  neighbours(services: readonly string[]): Promise<Neighbour[]>;
  /** How these services stand to a rollback that nobody asked for; without those of which something cannot be read. */
  rollbackStandings(services: readonly string[]): Promise<RollbackStanding[]>;
  /** The service's releases after one and before another. */
  between(service: string, afterRelease: number, beforeRelease: number): Promise<PassedRelease[]>;
  /**
   * Releases of other services that registered a change of the same kind whose target names all that this one names, newest first,
   * no more than `mostReleasesElsewhere`: begun since that instant (epoch ms), or at work then and begun at most a day before.
   */
  changedElsewhere(
    change: Pick<OtherChange, 'kind' | 'target'>,
    service: string,
    since: number,
  ): Promise<ReleaseElsewhere[]>;
  /** When nothing was judged of a deployment since it began, although it should have been, in order. */
  absences(deploymentId: string): Promise<Absence[]>;
  /** How the triggers in force for a deployment stand, without those that were never judged of it. */
  judgedTriggers(deploymentId: string): Promise<JudgedTrigger[]>;
  /** How long steps took in the service's last 20 runs, and in those of other services of its strategy and environment. */
  stepDurations(service: string): Promise<KnownDurations>;
  /** A deployment as a slot would judge it now; null where it is unknown, its service is deleted, or a newer one took its place. */
  watched(deploymentId: string): Promise<Watched | null>;
  /** One transaction; new deployments get their release number and close the watch of older ones of the service. */
  commit(commit: Commit): Promise<void>;
}
