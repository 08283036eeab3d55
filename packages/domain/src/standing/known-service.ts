import type { Foresight } from '../decision/foresee.ts';
import type { Acknowledgement } from '../deployment/acknowledgement.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { FollowedState } from '../deployment/followed-state.ts';
import type { PutBack } from '../deployment/put-back.ts';
import type { ReadPace } from '../deployment/read-pace.ts';
import type { NamedRelease } from '../deployment/release-words.ts';
import type { Service } from '../service/service.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';

/** The newest release of a service, as far as its standing needs it. */
export type KnownRelease = Pick<
  Deployment,
  | 'id'
  | 'release'
  | 'version'
  | 'origin'
  | 'status'
  | 'startedAt'
  | 'completedAt'
  | 'watchEndsAt'
  | 'watchClosedAt'
> & {
  doubt: string | null;
  /** That a rollback took it back before, and who put it back, while the hold is in force. */
  putBack?: PutBack | null;
};

/** Something outside that does not answer, so that services cannot be seen. */
export interface Outage {
  /** A record is Lastgood's own: nothing outside that others share. */
  kind: 'cluster' | 'source' | 'record';
  name: string;
  /** "Cluster main does not answer: connection refused". */
  text: string;
}

/** All that is known of one service when somebody asks how it stands. */
export interface KnownService {
  service: Pick<Service, 'key' | 'name' | 'dependencies'>;
  /** Null before any was seen. */
  release: KnownRelease | null;
  /** In force for it, each with how it stands for the release. */
  triggers: readonly { trigger: RollbackTrigger; state: TriggerState | null }[];
  /** When what is declared of it changed last: a trigger may be as new. */
  declaredAt: number | null;
  /** What a rollback returns to. */
  target: NamedRelease | null;
  /** The run that rolls it back now, with when it is expected to be done. */
  activeRun: { id: string; expectedAt: number | null } | null;
  /** A run that stopped and that nothing has overtaken. */
  stoppedRunId: string | null;
  /** Undefined before its cluster was looked at. */
  followed: FollowedState | undefined;
  outages: readonly Outage[];
  acknowledgement: Acknowledgement | null;
  /** What will be decided if nothing new becomes known; null where nothing breaches. */
  foresight: Foresight | null;
}

/** When it is asked, and how often things are read. */
export interface Moment extends ReadPace {
  now: number;
  /** Since when this Lastgood reads at all; null where that is not known. What was not read before is not late for it. */
  readingSince: number | null;
}
