import type { Decision } from '../decision/decision.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { Hold } from '../deployment/hold.ts';
import type { NewEvent } from '../events.ts';
import type { Notification } from '../notification/notification.ts';
import type { Run } from '../rollback/run.ts';

/** A partial deployment, written over the stored row. */
export type DeploymentPatch = { id: string } & Partial<Omit<Deployment, 'id' | 'service' | 'release'>>;

/** A deployment still without a release number: the store counts it per service. */
export type NewDeployment = Omit<Deployment, 'release'>;

/**
 * What one beat changes, written in one transaction: all of it or none. Events and notifications stand beside the state
 * that made them true.
 */
export interface Commit {
  deployments?: DeploymentPatch[];
  newDeployments?: NewDeployment[];
  decisions?: Decision[];
  /** Inserted unless the service has an active run already; one that loses takes its events and notifications with it. */
  newRuns?: Run[];
  /** Placed once by id: one that a person has released stays released. */
  holds?: Hold[];
  events?: NewEvent[];
  notifications?: Notification[];
}
