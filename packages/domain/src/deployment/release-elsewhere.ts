import type { ServiceKey } from '../service/service.ts';
import type { Deployment } from './deployment.ts';

/** A release of another service, by which a change of the same thing was registered. */
export interface ReleaseElsewhere extends Pick<Deployment, 'release' | 'version' | 'origin'> {
  service: ServiceKey;
}

/** Before the instant that is asked about a release may have begun by so much, in milliseconds, and still been at work then. */
export const atWorkBeforeMs = 24 * 60 * 60_000;

/** Further back nobody is asked for them, in milliseconds: what has stood for a month is no news of this release. */
export const elsewhereWithinMs = 30 * 24 * 60 * 60_000;

/** So many are found of one thing. */
export const mostReleasesElsewhere = 3;
