import type { NewEvent } from '../audit/events.ts';
import type { Notification } from '../notification/notification.ts';
import type { DeploymentPatch, NewDeployment } from './deployment.ts';
import type { Hold } from './hold.ts';
import type { NeverCame } from './never-came.ts';
import type { ServedRelease } from './told-of-replaced.ts';

/**
 * What one beat changes of deployments, written in one transaction: all of it or none. Events and notifications stand
 * beside the state that made them true.
 */
export interface DeploymentCommit {
  deployments?: DeploymentPatch[];
  newDeployments?: NewDeployment[] | undefined;
  /** Placed once by id: one that a person has released stays released. */
  holds?: Hold[];
  events?: NewEvent[];
  notifications?: Notification[] | undefined;
  /** What is seen to serve now. Whoever was told of a release before it hears that this is over, which only the records can say. */
  served?: ServedRelease[];
  /** What failed before anything of it was there: what is there in place of it stands again, which only the records can say. */
  neverCame?: NeverCame[];
}
