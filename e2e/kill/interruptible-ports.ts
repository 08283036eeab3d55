import { openSync, writeSync } from 'node:fs';
import type {
  Lease,
  Operation,
  Rollout,
  RunCommit,
  RunStore,
  StepEffect,
  StepKind,
  StepStatus,
  Workloads,
} from '@lastgood/domain';
import { type EffectFamilies, onEachEffect } from '@lastgood/testkit/simulation/effect-families';

/**
 * Where a worker can be interrupted, before or after: `claim`, `plan`, `finish` for the run; `start/2`, `effect/2` (its first
 * look), `write/2`, `wait/2`, `record/2` for the step of that ordinal. `record/1` and `start/2` are one commit when nothing comes between them.
 */
export type Place = string;

export interface Interruption {
  service: string;
  place: Place;
  when: 'before' | 'after';
  signal: 'SIGKILL' | 'SIGSTOP';
  /** The replica that creates this file is interrupted; whoever comes later goes on. It holds the instant of the interruption. */
  token: string;
}

/** What a replica did, told to the test as it happens. Instants are epoch milliseconds of this machine. */
export type ReplicaAct =
  | { kind: 'claim'; runId: string; epoch: number; at: number; takenOverFrom: string | null }
  | {
      kind: 'commit';
      runId: string;
      epoch: number;
      place: Place;
      sentAt: number;
      at: number;
      accepted: boolean;
    }
  /** A call of the cluster: a step looks, writes, and looks again. */
  | { kind: 'effect'; act: 'look' | 'write'; runId: string; epoch: number; place: Place; at: number };

export interface InterruptiblePorts {
  runs: RunStore;
  rollout: Rollout;
  /** All families where all are given, else the workloads. */
  families: Partial<EffectFamilies>;
  arm(interruption: Interruption): void;
}

interface Held {
  service: string;
  epoch: number;
  /** Ordinal of the step that was started last. */
  ordinal: number | null;
}

/** The ports of a replica, unchanged but for what an interruption does to the process at a named place. */
export function interruptiblePorts(
  runs: RunStore,
  { rollout, workloads, all = null }: { rollout: Rollout; workloads: Workloads; all?: EffectFamilies | null },
  tell: (act: ReplicaAct) => void,
): InterruptiblePorts {
  const interruptions: Interruption[] = [];
  const held = new Map<string, Held>();
  const runOfWorkload = new Map<string, string>();

  function pass(runId: string, place: Place, when: Interruption['when']): void {
    const service = held.get(runId)?.service;
    for (const interruption of interruptions)
      if (interruption.service === service && interruption.place === place && interruption.when === when)
        hit(interruption);
  }

  async function around<T>(
    act: 'look' | 'write',
    runId: string,
    place: Place,
    call: () => Promise<T>,
  ): Promise<T> {
    const epoch = held.get(runId)?.epoch ?? 0;
    tell({ kind: 'effect', act, runId, epoch, place, at: Date.now() });
    const write = act === 'write' ? place.replace('effect/', 'write/') : null;
    pass(runId, place, 'before');
    if (write) pass(runId, write, 'before');
    const result = await call();
    if (write) pass(runId, write, 'after');
    pass(runId, place, 'after');
    return result;
  }

  const ofOperation = <T>(act: 'look' | 'write', { key }: Operation, call: () => Promise<T>) => {
    const [runId = '', ordinal] = key.split('/');
    return around(act, runId, `effect/${ordinal}`, call);
  };

  const bounded = <K extends StepKind>(effect: StepEffect<K>): StepEffect<K> => ({
    observe: (step, operation, signal) =>
      ofOperation('look', operation, () => effect.observe(step, operation, signal)),
    apply: (step, seen, operation, signal) =>
      ofOperation('write', operation, () => effect.apply(step, seen, operation, signal)),
  });

  return {
    arm: (interruption) => interruptions.push(interruption),
    runs: {
      ...runs,
      async claim(...asked) {
        const claimed = await runs.claim(...asked);
        if (!claimed) return null;
        const { lease, service, run, takenOverFrom } = claimed;
        held.set(run.id, { service: service.name, epoch: lease.epoch, ordinal: null });
        for (const workload of service.workloads) runOfWorkload.set(workload.name, run.id);
        tell({ kind: 'claim', runId: run.id, epoch: lease.epoch, at: Date.now(), takenOverFrom });
        pass(run.id, 'claim', 'after');
        return claimed;
      },
      async commit(lease: Lease, commit: RunCommit) {
        const { runId, epoch } = lease;
        const places = placesOf(commit);
        for (const place of places) pass(runId, place, 'before');
        const sentAt = Date.now();
        const accepted = await runs.commit(lease, commit);
        for (const place of places)
          tell({ kind: 'commit', runId, epoch, place, sentAt, at: Date.now(), accepted });
        const run = held.get(runId);
        const started = (commit.steps ?? commit.newSteps)?.find(({ status }) => status === 'started');
        if (run && started) run.ordinal = started.ordinal;
        for (const place of places) pass(runId, place, 'after');
        return accepted;
      },
    },
    rollout: {
      ...rollout,
      read(workload, signal) {
        const runId = runOfWorkload.get(workload.name) ?? '';
        const ordinal = held.get(runId)?.ordinal ?? null;
        const place = ordinal === null ? 'gather' : `effect/${ordinal}`;
        return around('look', runId, place, () => rollout.read(workload, signal));
      },
    },
    families: all
      ? onEachEffect(all, { effect: bounded })
      : {
          workloads: {
            rehearseTemplate: bounded(workloads.rehearseTemplate),
            setTemplate: bounded(workloads.setTemplate),
            ensureReplicas: bounded(workloads.ensureReplicas),
            giveBackOwnership: bounded(workloads.giveBackOwnership),
            waitUntilStable: bounded(workloads.waitUntilStable),
          },
        },
  };
}

const verbs: Partial<Record<StepStatus, string>> = { started: 'start', waiting: 'wait' };

/** A plan or the outcome of a step, and the start of the step after it, are one commit at two places. */
function placesOf({ newSteps, run, steps }: RunCommit): Place[] {
  if (run?.status === 'done') return ['finish'];
  const placed = (steps ?? newSteps ?? []).filter(({ status }) => status !== 'pending');
  const places = placed.map(({ status, ordinal }) => `${verbs[status] ?? 'record'}/${ordinal}`);
  if (newSteps) return ['plan', ...places];
  return places.length > 0 ? places : ['word'];
}

/** Kills or freezes this very process, once over all replicas. */
function hit({ token, signal }: Interruption): void {
  let file: number;
  try {
    file = openSync(token, 'wx');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw error;
  }
  writeSync(file, String(Date.now()));
  process.kill(process.pid, signal);
  // Nothing more is done while the signal is on its way; a frozen process goes on from here when it is let go on.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, signal === 'SIGKILL' ? 10_000 : 20);
}
