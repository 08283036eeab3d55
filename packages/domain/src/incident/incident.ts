import type { StoredEvent } from '../audit/events.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { Run, RunStep } from '../rollback/run.ts';
import type { Service, ServiceKey } from '../service/service.ts';

/** Trouble of two services that lies no farther apart than this may belong together. Milliseconds. */
export const incidentMarginMs = 5 * 60_000;

/** Trouble that began longer before the deployment asked about is not looked for. Milliseconds. */
export const incidentReachMs = 60 * 60_000;

/** More services than this are counted, not drawn. */
export const mostIncidentLanes = 40;

export type IncidentService = Pick<Service, 'key' | 'dependencies'>;

export type IncidentDeployment = Pick<
  Deployment,
  | 'id'
  | 'service'
  | 'release'
  | 'version'
  | 'origin'
  | 'startedAt'
  | 'completedAt'
  | 'watchClosedAt'
  | 'previousDeploymentId'
  | 'pipelineUrl'
> & {
  /** When it was read last, in epoch milliseconds; null while it is, be it only because a rollback of it is at work. */
  readUntil: number | null;
};

export interface IncidentRun {
  run: Run;
  /** Of all its members. */
  steps: readonly RunStep[];
}

/** What is known about a deployment and its surroundings. Instants are epoch milliseconds. */
export interface IncidentFacts {
  /** The deployment that was asked about. */
  deploymentId: string;
  now: number;
  services: readonly IncidentService[];
  deployments: readonly IncidentDeployment[];
  events: readonly StoredEvent[];
  runs: readonly IncidentRun[];
}

/**
 * What lasts. `pending`, `firing`: a breach; `unseen`: a trigger that could not be asked; `waiting`: a rollback that is wanted and
 * held back, by a veto or for evidence; `rollback`: a run, from its start; `verification`: its proof.
 */
export const incidentSpanKinds = [
  'pending',
  'firing',
  'unseen',
  'waiting',
  'rollback',
  'verification',
] as const;

export interface IncidentSpan {
  kind: (typeof incidentSpanKinds)[number];
  from: number;
  /** Null while it lasts. */
  to: number | null;
  deploymentId: string;
  runId: string | null;
  trigger: string | null;
}

/** What happens in an instant, by what it means to a reader. */
export const incidentMarkKinds = [
  'deploy',
  'pending',
  'fired',
  'unseen',
  'seen',
  'recovered',
  'decision',
  'restrained',
  'suggested',
  'acknowledged',
  'asked',
  'step',
  'first_effect',
  'traffic_restored',
  'check',
  'verified',
  'failed',
  'stopped',
  'undone',
  'command',
  'note',
] as const;

export type IncidentMarkKind = (typeof incidentMarkKinds)[number];

/** One event of the log, in its place on the axis: at the same instant and in the same words as in any timeline. */
export interface IncidentMark {
  kind: IncidentMarkKind;
  event: StoredEvent;
  /** The trigger it is about; null for what is about no single one. */
  trigger: string | null;
}

/** Why a service is in the picture. `asked`: it is what was asked about. */
export type IncidentLink =
  | { kind: 'asked' }
  | {
      kind: 'dependency' | 'shared_dependency' | 'same_run' | 'same_pipeline' | 'deployed_before';
      to: ServiceKey;
    };

export interface IncidentLane {
  service: ServiceKey;
  link: IncidentLink;
  /** Those of the service that are part of it, oldest first. */
  deployments: readonly IncidentDeployment[];
  spans: readonly IncidentSpan[];
  /** In the order in which they happened; every event of the service within the axis. */
  marks: readonly IncidentMark[];
}

/** Everything that happened together, on one axis. */
export interface Incident {
  /** The first deployment of what was asked about: not a rollback of it. */
  deploymentId: string;
  from: number;
  /** The end of the last trouble; null while any lasts. */
  to: number | null;
  /** What a service depends on stands above it. */
  lanes: readonly IncidentLane[];
  /** Services that belong to it and are not drawn. */
  moreServices: number;
}
