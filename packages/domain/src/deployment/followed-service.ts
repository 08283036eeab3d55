import type { Service } from '../service/service.ts';
import type { Deployment } from './deployment.ts';
import type { Hold } from './hold.ts';

/** A service with its newest deployment, as the rollout follower needs it. */
export interface FollowedService {
  service: Service;
  /** Newest by release; null before the first. */
  latest: Deployment | null;
  activeRunId: string | null;
  holds: Hold[];
}
