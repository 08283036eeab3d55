import type { Owner } from '../../workload/observation.ts';
import type { WorkloadTarget } from '../../workload/workload.ts';
import type { AutoscalerFromZero } from './autoscaler-from-zero.ts';
import type { KedaScaling } from './keda-scaling.ts';
import { type NamedWorkload, replaced, type StepRefusal } from './step-contract.ts';

/** Everything that writes a service's data, with the replicas that each returns to. */
export interface WritersTarget {
  writers: { workload: WorkloadTarget; uid: string; replicas: number }[];
  /** The database whose sessions of the application's role must be gone; null when the writers have none. */
  database: string | null;
}

/** Everything that writes, as it stands; in the order of the step. */
export interface WritersSeen {
  writers: {
    uid: string;
    desired: number;
    ready: number;
    /** Pods that are there in any state, terminating ones included. */
    pods: number;
    /** The replicas it had when Lastgood stopped it, until it is started again; absent otherwise. */
    stoppedFrom?: number;
    /** Who else writes it and would scale it back; absent where that is nobody. */
    owner?: Exclude<Owner, { kind: 'nobody' }>;
    /** What of KEDA scales it; `unread` says why nobody can tell. Absent where nothing does, or nobody looked. */
    keda?: KedaScaling | { unread: string };
    /** The autoscaler that may bring it up from none; the same of `unread` and of absent. */
    autoscaler?: AutoscalerFromZero | { unread: string };
  }[];
  /** Sessions of the application's role, which the database counts; 0 where the step names none. */
  sessions: number;
}

export function namedWriters({ writers }: WritersTarget): NamedWorkload[] {
  return writers.map(({ uid, workload }) => ({ uid, name: workload.name }));
}

/** A declared writer beside what was seen of it. */
export function eachWriter({ writers }: WritersTarget, seen: WritersSeen) {
  return writers.flatMap(({ workload, uid, replicas }, index) => {
    const one = seen.writers[index];
    return one ? [{ name: `${workload.kind} ${workload.name}`, uid, replicas, seen: one }] : [];
  });
}

export function replacedWriter(step: WritersTarget, seen: WritersSeen): StepRefusal | null {
  const other = eachWriter(step, seen).find((one) => one.uid !== one.seen.uid);
  return other ? replaced(other.name) : null;
}

/** The autoscaler that is known to bring it up from none. */
export function autoscalerOf({ autoscaler }: WritersSeen['writers'][number]): AutoscalerFromZero | undefined {
  return autoscaler && 'from' in autoscaler ? autoscaler : undefined;
}

/** What of KEDA is known to scale it. */
export function kedaOf({ keda }: WritersSeen['writers'][number]): KedaScaling | undefined {
  return keda && 'pause' in keda ? keda : undefined;
}
