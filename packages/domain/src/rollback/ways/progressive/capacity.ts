import type { AnsweredFact } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import { scalerRefusals, scalerWarnings } from '../blue-green/scaled-slot.ts';
import { observed, type Slot, scaleRefusals } from '../blue-green/slot.ts';
import { scaleStep } from '../blue-green/slot-steps.ts';
import { canary } from '../canary/canary.ts';
import { declaredFor, type WayStep } from '../way.ts';
import type { BaseKind, ProgressiveContext } from './base.ts';

type Fact = AnsweredFact<BaseKind>;

/** What the old version needs in order to carry all of the traffic. */
export interface Capacity {
  /** Of a canary: the stable side, and how many pods of it are wanted. Blue-green brings its slot up by itself. */
  stable: { slot: Slot; needed: number; destination: string } | null;
  refusals: Refusal[];
  /** Ready endpoints, in the measure of the route, that carry everything. */
  enough(ready: Record<string, number>, other: string): number;
}

/** As many as the version that is taken back has now, and never fewer than the old one has already. */
export function capacityOf(context: ProgressiveContext, facts: readonly Fact[]): Capacity {
  const { service, deployment } = context;
  const pods = facts.flatMap((fact) => (fact.kind === 'workload' ? [fact] : []));
  const wanted = Math.max(
    1,
    ...pods.map(({ answer }) => (answer.kind === 'seen' ? answer.seen.observation.desiredReplicas : 0)),
  );
  const enough = (ready: Record<string, number>, other: string) =>
    countsPods(pods, ready) ? wanted : Math.max(1, ready[other] ?? 0);
  const declared = deployment.strategy === 'canary' ? declaredFor(canary, service) : null;
  const workload = declared?.stable.workload;
  const fact = pods.find(
    ({ ask }) => ask.workload.kind === workload?.kind && ask.workload.name === workload.name,
  );
  if (!declared || !workload || !fact) return { stable: null, refusals: [], enough };
  const { destination } = declared.stable;
  const slot: Slot = { name: destination, workload, fact };
  const needed = context.declared?.minReady ?? wanted;
  const refusals = [
    ...scaleRefusals(slot, needed, { ...context, declared: null }),
    ...scalerRefusals(slot, needed),
  ];
  return { stable: { slot, needed, destination }, refusals, enough };
}

/** Whether the route counts pods: a router may have one server for all of them. */
function countsPods(pods: readonly AnsweredFact<'workload'>[], ready: Record<string, number>): boolean {
  if (pods.length === 0) return false;
  const available = pods.map(({ answer }) =>
    answer.kind === 'seen' ? answer.seen.observation.progress.available : 0,
  );
  const most = Math.max(...Object.values(ready), 0);
  return most > 1 || available.every((count) => count <= 1);
}

/** The old version is brought up before it gets anything, so that it has no ready endpoint yet speaks against nothing. */
export function withCapacity(facts: readonly Fact[], { stable }: Capacity): Fact[] {
  if (!stable || broughtUp({ stable }).length === 0) return [...facts];
  const { destination, needed } = stable;
  return facts.map((fact) => {
    if (fact.kind !== 'route' || fact.answer.kind !== 'seen') return fact;
    const { seen } = fact.answer;
    const ready = { ...seen.ready, [destination]: Math.max(needed, seen.ready[destination] ?? 0) };
    return { ...fact, answer: { kind: 'seen', seen: { ...seen, ready } } };
  });
}

export function broughtUp({ stable }: Pick<Capacity, 'stable'>): WayStep[] {
  if (!stable) return [];
  const { slot, needed } = stable;
  return scaleStep(slot, needed, observed(slot)?.progress.available ?? 0);
}

/** What may take away again what is brought up. */
export function broughtUpWarnings({ stable }: Pick<Capacity, 'stable'>): string[] {
  return stable ? scalerWarnings(stable.slot, stable.needed) : [];
}
