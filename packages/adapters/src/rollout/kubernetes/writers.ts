import type { Writers } from '@lastgood/domain/ports/writers';
import type { WritersSeen, WritersTarget } from '@lastgood/domain/rollback/contracts/writers';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import type { WorkloadKind, WorkloadTarget } from '@lastgood/domain/workload/workload';
import { nameOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import type { ClusterClients } from '../../kubernetes/cluster-clients.ts';
import { ownerOfKind } from './owner.ts';
import { fetchSurroundings, fetchWorkload, notSeen } from './read-workload.ts';
import { scalePatch, sendScale, stoppedFrom } from './scale.ts';
import { hasEnded, isEnding, isReady, type ServedWorkload } from './served-objects.ts';
import type { Surroundings } from './surroundings.ts';
import { readWriterScalers } from './writer-scalers.ts';

type WriterSeen = WritersSeen['writers'][number];

/** Scales what writes to zero and back. Sessions are not the cluster's to count. */
export function createWriters(clients: Pick<ClusterClients, 'of'>, fieldManager: string): Writers {
  const workloadsOf = ({ writers }: WritersTarget) => writers.map(({ workload }) => workload);
  const scaleEach = async (
    { writers }: WritersTarget,
    wanted: (served: ServedWorkload, replicas: number) => number | null,
    { operation, signal }: { operation: string; signal: AbortSignal },
  ): Promise<EffectResult> => {
    let sent = 0;
    for (const { workload, uid, replicas } of writers) {
      const api = clients.of(workload.cluster);
      const result = await scaleOne({ api, workload, uid, operation, fieldManager, signal }, (served) =>
        wanted(served, replicas),
      );
      if (result.kind !== 'applied' && result.kind !== 'already') return result;
      if (result.kind === 'applied') sent += 1;
    }
    return sent > 0 ? { kind: 'applied', note: `${sent} scaled` } : { kind: 'already', note: 'in place' };
  };
  return {
    readWriters: ({ writers }, signal) => seeWithScalers(clients, writers, signal),
    stopWriters: {
      observe: (step, _operation, signal) => seeWithScalers(clients, workloadsOf(step), signal),
      apply: (step, _seen, { key }, signal) =>
        scaleEach(step, ({ spec }) => ((spec.replicas ?? 1) > 0 ? 0 : null), { operation: key, signal }),
    },
    startWriters: {
      // Whoever else would start them is no hindrance, and must be none where he cannot be asked for.
      observe: (step, _operation, signal) => see(clients, workloadsOf(step), signal),
      apply: (step, _seen, { key }, signal) => scaleEach(step, startsAt, { operation: key, signal }),
    },
  };
}

/** Whoever scaled it higher meanwhile is left alone; the note that it was stopped goes, unless it is stopped still. */
function startsAt(served: ServedWorkload, replicas: number): number | null {
  const now = served.spec.replicas ?? 1;
  if (now >= replicas) return now === 0 || stoppedFrom(served) === null ? null : now;
  return replicas;
}

async function see(
  clients: Pick<ClusterClients, 'of'>,
  workloads: readonly WorkloadTarget[],
  signal: AbortSignal,
): Promise<Observed<WritersSeen>> {
  const writers: WriterSeen[] = [];
  for (const workload of workloads) {
    const answer = await fetchSurroundings(clients.of(workload.cluster), workload, signal);
    if (answer.kind !== 'ok') return notSeen(answer, workload);
    writers.push(writerOf(workload.kind, answer.found));
  }
  return { kind: 'seen', seen: { writers, sessions: 0 } };
}

/** The same with what would start again what is to be stopped. */
async function seeWithScalers(
  clients: Pick<ClusterClients, 'of'>,
  workloads: readonly WorkloadTarget[],
  signal: AbortSignal,
): Promise<Observed<WritersSeen>> {
  const seen = await see(clients, workloads, signal);
  if (seen.kind !== 'seen') return seen;
  const writers: WriterSeen[] = [];
  for (const [index, one] of seen.seen.writers.entries()) {
    const workload = workloads[index];
    if (!workload) continue;
    const read = await readWriterScalers(clients.of(workload.cluster), workload, signal);
    if (read.kind === 'unreachable') return read;
    writers.push({ ...one, ...read.scalers });
  }
  return { kind: 'seen', seen: { ...seen.seen, writers } };
}

/** Pods that have ended stay in the list and write no more. Until its controller has seen the count, it may make one yet. */
function writerOf(kind: WorkloadKind, { workload, pods }: Surroundings): WriterSeen {
  const { metadata, spec, status } = workload;
  const there = pods.filter((pod) => !hasEnded(pod));
  const isObserved = (metadata.generation ?? 0) <= Number(status?.observedGeneration ?? 0);
  const stopped = stoppedFrom(workload);
  const owner = ownerOfKind(kind, metadata);
  return {
    uid: metadata.uid,
    desired: spec.replicas ?? 1,
    ready: there.filter((pod) => isReady(pod) && !isEnding(pod)).length,
    pods: isObserved ? there.length : Math.max(1, there.length),
    ...(stopped === null ? {} : { stoppedFrom: stopped }),
    ...(owner.kind === 'nobody' ? {} : { owner }),
  };
}

interface ScaleOne {
  api: ApiClient;
  workload: WorkloadTarget;
  uid: string;
  operation: string;
  fieldManager: string;
  signal: AbortSignal;
}

/** Looked at right before, so that the write is fenced by its newest state. */
async function scaleOne(
  { api, workload, uid, operation, fieldManager, signal }: ScaleOne,
  wanted: (served: ServedWorkload) => number | null,
): Promise<EffectResult> {
  const answer = await fetchWorkload(api, workload, signal);
  if (answer.kind !== 'ok')
    return { kind: 'retry', reason: notSeen(answer, workload).reason, afterMs: 1_000 };
  const { found } = answer;
  if (found.metadata.uid !== uid)
    return { kind: 'retry', reason: `${nameOf(workload)} was created again`, afterMs: 200 };
  const replicas = wanted(found);
  if (replicas === null) return { kind: 'already', note: 'in place' };
  const patch = scalePatch(found, replicas, operation);
  return sendScale({ api, workload, patch, fieldManager, signal });
}
