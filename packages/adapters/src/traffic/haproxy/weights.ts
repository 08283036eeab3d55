import type { WeightSeen, WeightTarget } from '@lastgood/domain/rollback/contracts/set-weight';
import type { BackendState, ServerState } from './backend-state.ts';
import type { NotRead, ProcessState } from './read-processes.ts';

type Weights = Record<string, number>;
type WeightStep = Pick<WeightTarget, 'from' | 'weights'>;

/**
 * How far a process is with a step. `raised`: who gets more traffic has got it, and nobody has lost any yet. That is where
 * we are ourselves between the two halves of a step, so a step that was cut off there is gone on with.
 */
type Progress = 'before' | 'raised' | 'done' | 'other';

export function progressOf({ servers }: BackendState, { from, weights }: WeightStep): Progress {
  const at = (wanted: (name: string) => number) => {
    const names = new Set([
      ...servers.map(({ name }) => name),
      ...Object.keys(from),
      ...Object.keys(weights),
    ]);
    return [...names].every((name) => weightOf(servers, name) === wanted(name));
  };
  if (at((name) => weights[name] ?? 0)) return 'done';
  if (at((name) => from[name] ?? 0)) return 'before';
  return at((name) => Math.max(from[name] ?? 0, weights[name] ?? 0)) ? 'raised' : 'other';
}

/** What a plan is made on: all processes must say the same. */
export function joinWeights(processes: readonly ProcessState[]): WeightSeen | NotRead {
  const [first, ...others] = processes;
  if (!first) return { kind: 'not-found', reason: 'no process of HAProxy is configured' };
  const other = others.find((one) => inWords(weightsOf(one)) !== inWords(weightsOf(first)));
  if (!other) return seenOf(processes, weightsOf(first));
  return {
    kind: 'unreachable',
    reason:
      `${first.api.where} has ${inWords(weightsOf(first))}, and ${other.api.where} has ${inWords(weightsOf(other))}: ` +
      'the processes of one entry must split traffic alike.',
  };
}

/** What a step is judged by: done where every process is, and before it while one of them still is. */
export function weightsForStep(processes: readonly ProcessState[], step: WeightStep): WeightSeen {
  const strange = processes.find((one) => progressOf(one, step) === 'other');
  if (strange) return seenOf(processes, weightsOf(strange));
  const isDone = processes.every((one) => progressOf(one, step) === 'done');
  return seenOf(processes, isDone ? step.weights : step.from);
}

/** A write takes effect at once, so whatever is read is accepted. */
function seenOf(processes: readonly ProcessState[], weights: Weights): WeightSeen {
  const ready: Weights = {};
  for (const { servers } of processes)
    for (const { name, health, inMaintenance } of servers) {
      const count = health === 'not-ready' || inMaintenance ? 0 : 1;
      ready[name] = Math.min(ready[name] ?? count, count);
    }
  return { uid: processes[0]?.uid ?? '', weights, accepted: true, ready };
}

export function weightsOf({ servers }: BackendState): Weights {
  return Object.fromEntries(servers.map(({ name, weight }) => [name, weight]));
}

export function inWords(weights: Weights): string {
  return Object.entries(weights)
    .map(([name, weight]) => `${name} ${weight}`)
    .join(', ');
}

function weightOf(servers: readonly ServerState[], name: string): number {
  return servers.find((one) => one.name === name)?.weight ?? 0;
}
