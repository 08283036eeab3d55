import type { ServiceKey } from '../service/service.ts';
import type { StepRefusal } from './contracts/step-contract.ts';
import type { Plan, StopCondition } from './plan.ts';
import type { Refusal } from './refusal.ts';
import type { PlannedStep } from './step.ts';

/**
 * `queued` until its `startsAt` has passed and a worker took it; `running` while steps are applied or waited for.
 * `done`: every step applied and verification passed. `stopped`: at a named step in a defined end state, resumable.
 * `cancelled`: undone before it began, or stopped before its first change of the world. Active means queued or running; a
 * service has at most one active run.
 */
export type RunStatus = 'queued' | 'running' | 'done' | 'stopped' | 'cancelled';

/** What stands for the name of a person who gave none. */
export const unsigned = 'dashboard';

/** Who asked for the run. Automatic and manual runs differ in nothing else. */
export type Requester =
  | {
      kind: 'automatic';
      trigger: string;
      decisionId: string;
      /** What its reason says beside the breach (`besideBreach`); absent once a person has written that anew. */
      beside?: string;
    }
  | { kind: 'person' | 'ci'; name: string };

export interface Run {
  id: string;
  service: ServiceKey;
  /** The deployment that is taken back. */
  deploymentId: string;
  /** The deployment that is returned to. */
  targetDeploymentId: string;
  requester: Requester;
  /** Why; prefilled, and editable afterwards. */
  reason: string;
  /** The trigger values on screen when it was asked for. */
  evidence: unknown;
  /** What the command names as lost; absent: nothing. */
  accepting?: readonly string[] | undefined;
  /** What the command takes back although it was not registered; absent: nothing. */
  including?: readonly string[] | undefined;
  /** What it names to be removed of what the release created; absent: nothing. */
  removing?: readonly string[] | undefined;
  status: RunStatus;
  /** Null until a worker has prepared it. */
  plan: Plan | null;
  createdAt: number;
  /** Not before this instant; until then it can be undone and leaves no trace in the world. */
  startsAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  /** How long it was stopped, until somebody had it go on. Absent: not at all, as the next. */
  pausedMs?: number;
  /** How long nobody worked on it since it began, although somebody should have. */
  awayMs?: number;
  verdict: 'passed' | 'failed' | null;
  stop: RunStop | null;
  /** Somebody asked to stop it; null until then, and again once it is resumed. */
  stopAsked: StopRequest | null;
  /** Of a group, by lane: known when it is queued, because each member's service has no other active run. */
  members?: RunMember[];
  /** Of a group: what a member that stops means for the others. */
  stopCondition?: StopCondition;
  /** Of a group's run as one member sees it: which. See `laneOf`. */
  lane?: number;
  /** The same of a member that nobody asked for: the service that it goes back with, whose are requester, reason and evidence. */
  goesWith?: ServiceKey;
}

type GivenOfRun =
  | 'id'
  | 'service'
  | 'deploymentId'
  | 'targetDeploymentId'
  | 'requester'
  | 'reason'
  | 'evidence'
  | 'createdAt'
  | 'startsAt'
  | 'members'
  | 'stopCondition';

/** A run as it is queued: nothing is planned, begun or asked of it yet. */
export function newRun(given: Pick<Run, GivenOfRun | 'accepting' | 'including' | 'removing'>): Run {
  return {
    status: 'queued',
    plan: null,
    startedAt: null,
    finishedAt: null,
    verdict: null,
    stop: null,
    stopAsked: null,
    ...given,
  };
}

/** What a group's run came to for one service. */
export interface RunMember {
  lane: number;
  service: ServiceKey;
  deploymentId: string;
  targetDeploymentId: string;
  /** `queued` until its first step begins. */
  status: RunStatus;
  startedAt: number | null;
  finishedAt: number | null;
  verdict: 'passed' | 'failed' | null;
  stop: RunStop | null;
}

/** A member as it is queued. */
export function queuedMember(
  given: Pick<RunMember, 'lane' | 'service' | 'deploymentId' | 'targetDeploymentId'>,
): RunMember {
  return { ...given, status: 'queued', startedAt: null, finishedAt: null, verdict: null, stop: null };
}

/** A person's wish to stop a run that a worker may hold right now. */
export interface StopRequest {
  by: string;
  at: number;
  reason: string | null;
}

/** Where and why a run stopped, what it left behind, and what to do next. */
export interface RunStop {
  /** Ordinal of the step; null when it stopped before its first step. */
  ordinal: number | null;
  reason: string;
  endState: string;
  advice: string;
  refusals: Refusal[];
}

export type StepStatus = 'pending' | 'started' | 'waiting' | 'applied' | 'failed' | 'skipped';

export interface RunStep {
  ordinal: number;
  /** The member of a group it belongs to; 0 where there is only one. */
  lane: number;
  planned: PlannedStep;
  status: StepStatus;
  attempts: number;
  /** First attempt. */
  startedAt: number | null;
  finishedAt: number | null;
  /** When a waiting step is looked at again. */
  dueAt: number | null;
  /** What it did or waits for: "2 of 3 replicas available". */
  note: string | null;
  /** How long of its time Lastgood was away. Absent: not at all. */
  awayMs?: number;
}

/** How one attempt of a step ended. A step never blocks: waiting is an outcome. */
export type StepOutcome =
  | { kind: 'applied'; note: string }
  | { kind: 'waiting'; until: number; note: string }
  /** `isUnproven`: of a proof that says neither yes nor no. */
  | (StepRefusal & { kind: 'failed'; isUnproven?: true });

/**
 * Who acts on the outside, as every effect carries it. The key is the same however often the step is tried, so that a
 * receiver can tell a repetition; the epoch of the lease grows with every takeover, so that one that remembers the highest
 * it has seen can refuse a holder that was replaced.
 */
export interface Operation {
  key: string;
  epoch: number;
}

/** `run/step`: the stable key of a step's outside effect. */
export function operationKey(runId: string, ordinal: number): string {
  return `${runId}/${ordinal}`;
}

export function isActive(run: Pick<Run, 'status'>): boolean {
  return run.status === 'queued' || run.status === 'running';
}
