import type { StepOf, Writers, WritersSeen } from '@lastgood/domain';
import { type ReceiverState, reading, receive } from './receivers.ts';

type WriterState = WritersSeen['writers'][number];

export interface WriterStates {
  /** By name of the workload. */
  writers: Record<string, WriterState>;
  /** Open sessions by database. */
  sessions: Record<string, number>;
}

type WriterStep = StepOf<'stop-writers' | 'start-writers'>;

export function createInMemoryWriters(receivers: ReceiverState, state: WriterStates): Writers {
  const named = (workloads: { name: string }[]) => {
    const found = workloads.flatMap(({ name }) => state.writers[name] ?? []);
    return found.length === workloads.length ? found : undefined;
  };
  const find = ({ writers }: WriterStep) => named(writers.map(({ workload }) => workload));
  const seen = (writers: WriterState[]): WritersSeen => ({
    writers,
    // Its database counts them: see `readSessions`.
    sessions: 0,
  });
  const fence = (writers: WriterState[], step: WriterStep) =>
    writers.every((one, index) => one.uid === step.writers[index]?.uid)
      ? null
      : '409: the precondition uid failed';
  const scale = (writer: WriterState, replicas: number) => {
    writer.desired = replicas;
    receivers.working.push(() => {
      writer.pods = replicas;
      writer.ready = replicas;
    });
  };

  return {
    readWriters: reading(receivers, 'writers', (ask) => {
      const found = named(ask.writers);
      return found && seen(found);
    }),
    stopWriters: receive(receivers, 'stop-writers', {
      find,
      seen,
      isThere: (writers) => writers.every((one) => one.desired === 0),
      fence,
      write(writers, { database }) {
        for (const writer of writers) {
          if (writer.desired > 0) writer.stoppedFrom = writer.desired;
          scale(writer, 0);
        }
        receivers.working.push(() => {
          if (database !== null) state.sessions[database] = 0;
        });
      },
    }),
    startWriters: receive(receivers, 'start-writers', {
      find,
      seen,
      isThere: (writers, step) =>
        writers.every((one, index) => one.desired >= (step.writers[index]?.replicas ?? 0)),
      fence(writers, step) {
        const partly = writers.some(
          (one, index) => one.desired > 0 && one.desired < (step.writers[index]?.replicas ?? 0),
        );
        return partly ? '409: the resourceVersion of the scale has changed' : fence(writers, step);
      },
      write(writers, step) {
        writers.forEach((writer, index) => {
          const replicas = step.writers[index]?.replicas ?? 0;
          if (writer.desired > 0 || replicas > 0) delete writer.stoppedFrom;
          if (writer.desired < replicas) scale(writer, replicas);
        });
      },
    }),
  };
}
