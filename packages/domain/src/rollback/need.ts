import type { ListedObject, OwnerLabels, UnreadKind } from '../workload/cluster-object.ts';
import type { ConfigurationRef } from '../workload/configuration.ts';
import type { MissingRight } from '../workload/missing-right.ts';
import type { ImageEvidence, Owner, RehearsalResult, WorkloadObservation } from '../workload/observation.ts';
import type { RegistryFinding } from '../workload/registry-image.ts';
import type { Scaler } from '../workload/scaler.ts';
import type { WorkloadRef, WorkloadSnapshot, WorkloadTarget } from '../workload/workload.ts';
import type { Copy, CopyMeasure, CopyReading } from './contracts/copies.ts';
import type { DeliveryTarget } from './contracts/delivery.ts';
import type { DatabaseSeen } from './contracts/migrate-to.ts';
import type { ApplicationSeen } from './contracts/wait-for-sync.ts';
import type { Observed } from './effect.ts';
import type { SeenByKind, StepOf } from './step.ts';

/** What must be known of the world before a plan is made: by kind, what is asked and what is seen. One port reads each. */
export interface NeedKinds {
  /**
   * `to`: the recorded template that it should get, whose images are looked up; null when none was recorded. `uid`: the object
   * that may get it.
   */
  workload: {
    ask: {
      workload: WorkloadTarget;
      to: WorkloadSnapshot | null;
      uid: string | null;
      /** Its pods have to be started anew though the template is the same; the mark tells this restart from any other. */
      restart?: string;
    };
    seen: WorkloadSeen;
  };
  route: {
    ask: Pick<StepOf<'set-weight'>, 'route' | 'rule'>;
    seen: SeenByKind['set-weight'] & TrafficObjectSeen;
  };
  selector: {
    ask: Pick<StepOf<'switch-selector'>, 'service' | 'key'>;
    seen: SeenByKind['switch-selector'] & TrafficObjectSeen;
  };
  flag: {
    ask: Pick<StepOf<'set-flag'>, 'provider' | 'project' | 'environment' | 'flag'>;
    seen: SeenByKind['set-flag'];
  };
  /** `to`: the version it would go to, for which the loss is counted; one it never went through where only its head is asked for. `coming`: one that may not be applied yet. */
  database: { ask: Pick<StepOf<'migrate-to'>, 'database' | 'to'> & { coming?: string }; seen: DatabaseSeen };
  'fix-up': {
    ask: Pick<StepOf<'run-fix-up'>, 'database' | 'name' | 'occasion'>;
    seen: SeenByKind['run-fix-up'];
  };
  /** How many sessions of the application's role a database has open. */
  sessions: { ask: { database: string }; seen: number };
  writers: {
    ask: { writers: WorkloadTarget[] } & Pick<StepOf<'stop-writers'>, 'database'>;
    seen: SeenByKind['stop-writers'];
  };
  /** `from`: the version that should be in place. `to`: the one it would go to, for which is told what it changes. */
  stack: {
    ask: Omit<StepOf<'apply-infrastructure'>, 'kind' | 'lineage' | 'changes' | 'acceptedDestroys'>;
    seen: SeenByKind['apply-infrastructure'];
  };
  branch: {
    ask: Omit<StepOf<'ensure-commit-reverted'>, 'kind' | 'restore' | 'why'>;
    seen: SeenByKind['ensure-commit-reverted'];
  };
  delivery: { ask: Pick<DeliveryTarget, 'controller' | 'object'>; seen: SeenByKind['order-abort'] };
  /** `workloads`: those of the service; whatever else uses an object is told. */
  configuration: {
    ask: {
      cluster: string;
      namespace: string;
      objects: ConfigurationRef[];
      workloads: WorkloadRef[];
    };
    seen: FoundConfiguration[];
  };
  /**
   * Objects of the namespace that bear one of the labels, but those whose uid is known. `workloads`: those of the service; whatever
   * else uses an object is told. `declared`: all that any service declares there, which records tell.
   */
  objects: {
    ask: {
      cluster: string;
      namespace: string;
      labels: OwnerLabels[];
      known: string[];
      workloads: WorkloadRef[];
    };
    seen: { objects: ListedObject[]; unread: UnreadKind[]; declared: WorkloadRef[] };
  };
  /** What a measure says of each copy by its name; that it cannot be read is a reading. */
  copies: { ask: { copies: Copy[]; measure: CopyMeasure }; seen: Record<string, CopyReading> };
  /** Whether an entry of the configuration has the name. */
  entry: { ask: { of: 'stack' | 'repository'; name: string }; seen: { name: string } };
  application: { ask: Omit<StepOf<'wait-for-sync'>, 'kind' | 'uid'>; seen: SeenByKind['wait-for-sync'] };
  /** Which commit an application has brought out. */
  revision: { ask: Pick<StepOf<'wait-for-sync'>, 'application'>; seen: ApplicationSeen };
}

/** What Lastgood may not do to what was seen, and would have to. */
export interface RightsSeen {
  /** Absent where nobody could ask. */
  missingRights?: MissingRight[];
}

/** A ConfigMap or a Secret as it stands, and who else has to do with it. */
export interface FoundConfiguration extends ConfigurationRef, RightsSeen {
  seen: SeenByKind['set-config'];
  owner: Owner;
  /** "Deployment basket": what uses it besides the service. */
  usedBy: string[];
}

/** Of an object by which traffic is set; who else writes it would put it back. */
export interface TrafficObjectSeen extends RightsSeen {
  /** Absent where it is none that anybody could own. */
  owner?: Owner;
}

/** A workload, and the template it should get with its images pinned where that was needed. */
export interface WorkloadSeen extends RightsSeen {
  observation: WorkloadObservation;
  to: WorkloadSnapshot | null;
  evidence: ImageEvidence[];
  /** What sets how many pods it has; absent where nothing is known to. */
  scaler?: Scaler;
  /** What registries say of its images; absent where none was asked. */
  registry?: RegistryFinding[];
  /** What the cluster makes of that template; null where there is nothing to send, or nothing it could be sent to. */
  rehearsal: Exclude<RehearsalResult, { kind: 'unreachable' }> | null;
}

export type NeedKind = keyof NeedKinds;
export type AskOf<K extends NeedKind> = NeedKinds[K]['ask'];
export type SeenOf<K extends NeedKind> = NeedKinds[K]['seen'];

/** Ask: one thing that must be known. */
export type Need<K extends NeedKind = NeedKind> = { [P in K]: { kind: P; ask: AskOf<P> } }[K];

/** `not-configured`: this installation has nothing that could be asked. */
export type NeedAnswer<K extends NeedKind> = Observed<SeenOf<K>> | { kind: 'not-configured' };

/** Fetched: a need with its answer. */
export type Fact<K extends NeedKind = NeedKind> = {
  [P in K]: { kind: P; ask: AskOf<P>; answer: NeedAnswer<P> };
}[K];

/** A fact whose answer says how the world is. */
export type AnsweredFact<K extends NeedKind = NeedKind> = {
  [P in K]: {
    kind: P;
    ask: AskOf<P>;
    answer: Extract<Observed<SeenOf<P>>, { kind: 'seen' | 'not-found' }>;
  };
}[K];

export function isAnswered(fact: Fact): fact is AnsweredFact {
  return fact.answer.kind === 'seen' || fact.answer.kind === 'not-found';
}

/** What is asked for, as the first word of a sentence: "Deployment shop/web". */
export function nameOfNeed(need: Need): string {
  switch (need.kind) {
    case 'workload':
      return objectName(need.ask.workload);
    case 'route':
      return objectName(need.ask.route);
    case 'selector':
      return objectName(need.ask.service);
    case 'flag':
      return `Flag ${need.ask.flag} in ${need.ask.environment}`;
    case 'database':
      return `Database ${need.ask.database}`;
    case 'fix-up':
      return `Fix-up ${need.ask.name}`;
    case 'sessions':
      return `Database ${need.ask.database}`;
    case 'writers':
      return need.ask.writers.map(objectName).join(', ');
    case 'stack':
      return `Stack ${need.ask.stack}`;
    case 'entry':
      return `The ${need.ask.of} ${need.ask.name}`;
    case 'branch':
      return `${need.ask.repository} (${need.ask.branch})`;
    case 'delivery':
      return objectName(need.ask.object);
    case 'configuration':
      return `The configuration in ${need.ask.namespace}`;
    case 'objects':
      return `What was created in ${need.ask.namespace}`;
    case 'copies':
      return need.ask.copies.map(({ name }) => name).join(', ');
    case 'application':
    case 'revision':
      return objectName(need.ask.application);
  }
}

function objectName({ kind, namespace, name }: { kind: string; namespace: string; name: string }): string {
  return `${kind} ${namespace}/${name}`;
}

/** Whose connection to look at when it does not answer. */
export const sourceOfNeed: Record<NeedKind, string> = {
  workload: 'cluster connection',
  route: 'cluster connection',
  selector: 'cluster connection',
  flag: 'connection to the flag provider',
  database: 'connection to the database',
  'fix-up': 'connection to the database',
  sessions: 'connection to the database',
  writers: 'cluster connection',
  stack: 'connection to the state of the stack',
  entry: 'configuration',
  branch: 'connection to the Git repository',
  delivery: 'cluster connection',
  configuration: 'cluster connection',
  objects: 'cluster connection',
  copies: 'connection to the metric source',
  application: 'cluster connection',
  revision: 'cluster connection',
};
