import type { KnownService } from './known-service.ts';
import type { Standing } from './standing.ts';

/** A service with how it stands. */
export interface StandingService {
  known: KnownService;
  standing: Standing;
}
