/**
 * Where a request waits its turn. *Acting*: what a person tells a deployment or a run in an incident. *Asking*: what asks a cluster,
 * a metric source or the sandbox before it answers, however long those take. *Signals*: what others tell of their alerts, all at once
 * where a fleet is in trouble. *Reading*: everything else.
 */
export type LaneName = 'acting' | 'asking' | 'reading' | 'signals';

/** What has a rate and no lane: the web app with the API's description, and what orchestrators and Prometheus ask. */
export type RateName = LaneName | 'files' | 'probes';

export interface RateLimit {
  /** Requests of one caller in a second. */
  perSecond: number;
}

export interface LaneLimit extends RateLimit {
  /** Requests of all callers that are answered at the same time. */
  atOnce: number;
}

/** Of one replica. */
export type LaneLimits = Record<LaneName, LaneLimit> & Record<Exclude<RateName, LaneName>, RateLimit>;

export const defaultLimits: LaneLimits = {
  acting: { perSecond: 60, atOnce: 8 },
  asking: { perSecond: 50, atOnce: 16 },
  reading: { perSecond: 100, atOnce: 3 },
  signals: { perSecond: 300, atOnce: 4 },
  files: { perSecond: 400 },
  probes: { perSecond: 50 },
};
