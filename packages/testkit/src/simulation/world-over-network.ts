import type {
  EffectResult,
  NeedKind,
  PlanningRead,
  Rollout,
  Step,
  StepEffect,
  StepKind,
} from '@lastgood/domain';
import { type EffectFamilies, onEachEffect } from './effect-families.ts';
import { ConnectionLost, type Network, type NetworkTarget } from './network.ts';
import type { SimulatedProcess } from './simulated-process.ts';

const apiServer: NetworkTarget = { name: 'API server', latencyMs: 30, slowMs: 6_000, lossiness: 0.03 };
const vendor: NetworkTarget = { name: 'vendor', latencyMs: 50, slowMs: 6_000, lossiness: 0.03 };

type Ports = EffectFamilies & { rollout: Rollout };

/**
 * The world as a process reaches it: what is lost is *unknown* of a write and *unreachable* of a read.
 *
 * @param sending told of every effect before it leaves the process
 */
export function worldOverNetwork(
  process: SimulatedProcess,
  network: Network,
  { rollout, ...families }: Ports,
  sending: (operation: string) => void,
): Ports {
  const remote = <K extends StepKind>(effect: StepEffect<K>): StepEffect<K> => ({
    observe: (step, operation, signal) =>
      ask({
        ...{ process, network, target: reached(step), lost: unreachable, signal },
        serve: () => effect.observe(step, operation, signal),
      }),
    apply(step, seen, operation, signal) {
      sending(operation.key);
      const serve = () => effect.apply(step, seen, operation, signal);
      return ask({ process, network, target: reached(step), serve, lost: unknown, signal });
    },
  });
  const remoteRead =
    <K extends NeedKind>(read: PlanningRead<K>): PlanningRead<K> =>
    (need, signal) =>
      ask({
        ...{ process, network, target: vendor, lost: unreachable, signal },
        serve: () => read(need, signal),
      });
  const askVendor = <T>(
    serve: (signal: AbortSignal) => Promise<T>,
    lost: (reason: string) => T,
    signal: AbortSignal,
  ) => ask({ ...{ process, network, target: vendor, lost, signal }, serve: () => serve(signal) });
  return {
    ...onEachEffect(families, { effect: remote, read: remoteRead, ask: askVendor }),
    rollout: apiServerOverNetwork(process, network, rollout),
  };
}

/** Steps about a workload go to its API server. */
function reached(step: Step): NetworkTarget {
  return 'workload' in step ? apiServer : vendor;
}

function apiServerOverNetwork(process: SimulatedProcess, network: Network, rollout: Rollout): Rollout {
  const askCluster = <T>(serve: () => Promise<T>, lost: (reason: string) => T, signal: AbortSignal) =>
    ask({ process, network, target: apiServer, serve, lost, signal });
  return {
    ...rollout,
    read: (workload, signal) => askCluster(() => rollout.read(workload, signal), unreachable, signal),
    imageEvidence: (workload, images, signal) =>
      askCluster(() => rollout.imageEvidence(workload, images, signal), unreachable, signal),
    missingRights: (workload, signal) =>
      askCluster(() => rollout.missingRights(workload, signal), unreachable, signal),
    rehearse: (workload, to, signal) =>
      askCluster(() => rollout.rehearse(workload, to, signal), unreachable, signal),
  };
}

const unreachable = (reason: string) => ({ kind: 'unreachable' as const, reason });
const unknown = (reason: string): EffectResult => ({ kind: 'unknown', reason });

interface Request<T> {
  process: SimulatedProcess;
  network: Network;
  target: NetworkTarget;
  serve: () => Promise<T>;
  lost: (reason: string) => T;
  signal: AbortSignal;
}

/** A request that is called off is still on its way: whoever asked only stops waiting. */
function ask<T>({ process, network, target, serve, lost, signal }: Request<T>): Promise<T> {
  return new Promise((resolve) => {
    const abort = () => resolve(lost('called off'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    network.call(process, target, serve).then(
      (value) => {
        signal.removeEventListener('abort', abort);
        resolve(value);
      },
      (error: unknown) => {
        if (!(error instanceof ConnectionLost)) throw error;
        resolve(lost(error.message));
      },
    );
  });
}
